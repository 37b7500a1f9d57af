"""The app of consents."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "consents"
    verbose_name = "Zgody"

    def ready(self) -> None:
        """Scans end with the person they are of; forms are printed many at a time."""
        from recipients import jobs
        from recipients.account import rights
        from recipients.same_person import joining as merging_cards

        from . import archive, batches, joining

        jobs.add(batches.FORMS)
        for eraser in (archive.forget, batches.forget_person):
            if eraser not in rights.erasers:
                rights.erasers.append(eraser)
        if joining.join_consents not in merging_cards.joiners:
            merging_cards.joiners.append(joining.join_consents)
