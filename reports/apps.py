"""The app of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Zgłoszenia"

    def ready(self) -> None:
        """Reports follow the person they are of, the calendar, and the apps that show them."""
        from admin_module import context
        from messaging import sweeping
        from messaging.about_person import gathering, paper
        from recipients import jobs
        from recipients.account import rights
        from recipients.feed import changes
        from recipients.same_person import joining

        from .showing import exporting, listing, showing
        from .steps import about_person, clockwork, retention

        # Before those of other apps: a move of a report locks its row first, its news after it.
        if retention.forget_person not in rights.erasers:
            rights.erasers.insert(0, retention.forget_person)
        if retention.join_reports not in joining.joiners:
            joining.joiners.insert(0, retention.join_reports)
        if clockwork.tick not in sweeping.sweepers:
            sweeping.sweepers.append(clockwork.tick)
            sweeping.daily_sweepers.append(retention.forget_all_due)
        jobs.add(exporting.REPORT_EXPORT)
        context.COUNTS["report-list"] = listing.waiting
        changes.SOURCES["report"] = showing.load
        gathering.further["reports"] = about_person.gather
        paper.further["reports"] = about_person.section
