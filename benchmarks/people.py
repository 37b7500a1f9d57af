"""From an empty database to an installation with a crowd: `python -m benchmarks.people 20000 500`.

The second number is how many of them have every kind of contact; the others have e-mail.
"""

import sys

import django


def settle(people: int, reachable_by_all: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from benchmarks.crowd import crowd
    from icp.encryption import pages
    from recipients.lookup.facets import FACETS
    from recipients.lookup.names import NAMES
    from recipients.models import CONTACT_KINDS
    from tests import make

    about = make.topic()
    rich = min(people, reachable_by_all)
    crowd(rich, about.bit, CONTACT_KINDS)
    crowd(people - rich, about.bit, first=rich)
    for kind in (FACETS, NAMES):
        pages.fold(kind)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    django.setup()
    settle(int(sys.argv[1]), int(sys.argv[2]))
