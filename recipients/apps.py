"""The app of recipients."""

from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "recipients"
    verbose_name = "Odbiorcy"

    def ready(self) -> None:
        """Make the kinds of pages known to whoever folds, rebuilds or verifies them, and of long work."""
        from . import jobs
        from .account import rights
        from .contacts import address_health, devices
        from .epuap import forgetting
        from .exports import exporting, unreached
        from .feed import kept_answers
        from .lookup import facets  # noqa: F401 importing registers its pages
        from .people_import import undoing, working
        from .same_person import joining, pairs
        from .upkeep import address_job

        jobs.add(address_job.ADDRESS_CHECK)
        jobs.add(address_job.ADDRESS_IMPORT)
        jobs.add(address_job.ADDRESS_MATCH)
        jobs.add(pairs.KIND)
        jobs.add(exporting.PEOPLE_EXPORT)
        jobs.add(unreached.UNREACHED_LIST)
        jobs.add(working.PEOPLE_CHECK)
        jobs.add(working.PEOPLE_IMPORT)
        jobs.add(undoing.PEOPLE_UNDO)
        erasers = (
            address_health.forget_person,
            devices.forget_person,
            forgetting.forget_person,
            exporting.forget_person,
            joining.forget_absorbed,
            kept_answers.forget_person,
            pairs.forget,
        )
        joiners = (
            devices.join_devices,
            kept_answers.join,
        )
        rights.erasers += [eraser for eraser in erasers if eraser not in rights.erasers]
        joining.joiners += [joiner for joiner in joiners if joiner not in joining.joiners]
