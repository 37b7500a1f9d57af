"""From an installation's environment to people, a message about them and staff who may send it.

`python -m tests.faults.plant` reads steps with their arguments, one a line (`order email,sms`), and
answers each with one line of JSON.
"""

import json
import os
import sys
from collections.abc import Callable


def town(people: str) -> dict[str, object]:
    """So many people who agreed to one topic by all four channels."""
    from benchmarks.crowd import crowd
    from recipients.models import CONTACT_KINDS
    from tests import make

    about = make.topic()
    crowd(int(people), about.bit, CONTACT_KINDS)
    return {"topic": about.pk}


def drafts(number: str, channels: str) -> dict[str, object]:
    from tests import make

    made = [make.message(channels=tuple(channels.split(","))) for _ in range(int(number))]
    return {"messages": [message.pk for message in made]}


def order(channels: str) -> dict[str, object]:
    """A message by these channels, and the order to send it."""
    from messaging.steps import sending
    from tests import make

    message = make.message(channels=tuple(channels.split(",")))
    sending.send(message, by=message.author)
    return {"messages": [message.pk]}


def gateway(port: str) -> dict[str, object]:
    """The office sets another port of the mail relay on its page of settings."""
    from dataclasses import replace

    from admin_module.configuration import EmailGateway, read, write
    from admin_module.configuration.writing import newest

    head = newest("email")
    write(
        replace(read(EmailGateway), port=int(port)), by=None, revision=head.version if head else 0
    )
    return {"port": read(EmailGateway).port}


def clerks(number: str) -> dict[str, object]:
    """Sessions of so many signed-in clerks who may send."""
    from django.conf import settings
    from django.test import Client

    from admin_module.roles import ROLES
    from tests import make

    sessions = []
    for place in range(int(number)):
        client = Client()
        client.force_login(make.staff(*ROLES, login=f"nadawca{place}@zazolcin.example"))
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    return {"cookie": settings.SESSION_COOKIE_NAME, "sessions": sessions}


STEPS: dict[str, Callable[..., dict[str, object]]] = {
    "town": town,
    "drafts": drafts,
    "order": order,
    "clerks": clerks,
    "gateway": gateway,
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
    import django

    django.setup()
    from django.db import connection

    for line in sys.stdin:
        step, *arguments = line.split()
        print(json.dumps(STEPS[step](*arguments)), flush=True)
        connection.close()


if __name__ == "__main__":
    main()
