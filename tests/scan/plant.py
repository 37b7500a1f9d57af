"""From an empty database to an office with a little of everything, and a signed-in session of each role.

`python -m tests.scan.plant` in the environment of an installation prints {role: value of the cookie}.
"""

import json
import os
import sys
from datetime import date


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from admin_module import audit
    from admin_module.roles import ROLES
    from tests import make, story

    topic = make.topic()
    planted = make.recipient(
        topics=(topic,),
        first_name=story.FIRST,
        last_name=story.LAST,
        pesel=story.PESEL,
        birth_date=date(1948, 3, 15),
        contacts={"email": story.EMAIL, "sms": story.PHONE},
    )
    people = [planted, *(make.recipient(topics=(topic,)) for _number in range(2))]
    make.group("Rada Seniorów", *people)
    clerk = make.staff("editor")
    for _number in range(2):
        make.message(author=clerk, about=topic)
    cookies = {}
    for role in ROLES:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(make.staff(role))
        client.get(reverse("dashboard"), secure=True)  # takes the session's seat
        cookies[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    while audit.link_entries():
        continue
    print(
        json.dumps({"name": settings.SESSION_COOKIE_NAME, "cookies": cookies, "person": planted.pk})
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
