"""The main job by its steps, without a browser: register, agree, write, send, wait for the end.

`python -m tests.story` in the environment of an installation; everything planted is in PLANTED.
"""

import os
import sys
import time
import uuid
from datetime import date

FIRST, LAST, PESEL = "Wirgiliusza", "Szczebrzeszyńska", "48031512349"
PHONE, EMAIL, BOX = "+48512904417", "w.szczebrzeszynska@przyklad.example", "/wirgiliusza/moja"
TOKEN = "planted-token-of-an-app-0123456789"
TITLE = "Zebranie klubu kajakowego w piątek"
SHORT = "{imie}, zebranie klubu w piątek o 17, prosimy zabrać wiosło."
LONG = "Szanowni Państwo,\n\nzebranie **klubu kajakowego** jest w piątek o 17 w domu sąsiedzkim."
PLANTED = [FIRST, LAST, PESEL, "512904417", EMAIL, BOX, TOKEN, TITLE, "zabrać wiosło"]
PUBLIC = "Temat jawny dla porównania"  # a topic's name: it must be found
PATIENCE = 60.0


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
    import django

    django.setup()
    from consents import granting, numbering
    from consents.models import NoScan
    from messaging.models import Message, MessageText
    from messaging.steps import sending
    from recipients.contacts.permissions import bit
    from recipients.models import CONTACT_KINDS
    from recipients.people import registration
    from tests import make

    topic, by = make.topic(PUBLIC), make.clerk()
    make.consent_text()
    person = registration.by_hand(
        make.person(
            first_name=FIRST,
            last_name=LAST,
            pesel=PESEL,
            birth_date=date(1948, 3, 15),
            address=make.address(),
            contacts={"email": EMAIL, "sms": PHONE, "epuap": BOX},
        ),
        by=by,
        wish_how="desk",
        form_key=uuid.uuid4(),
    )
    wanted = sum(bit(topic.bit, kind) for kind in CONTACT_KINDS)
    granting.receive_form(numbering.new_form(person, wanted, by=by), by=by, paper=NoScan.LATER)
    make.paired_device(person, TOKEN)
    text = MessageText(title=TITLE, short=SHORT, long=LONG)
    message = make.message(author=by, about=topic, channels=CONTACT_KINDS, text=text)
    sending.send(message, by=by)
    end = time.monotonic() + PATIENCE
    done = {Message.Status.SENT, Message.Status.SENT_WITH_FAILURES}
    while Message.objects.get(pk=message.pk).status not in done:
        if time.monotonic() > end:
            return 1
        time.sleep(0.2)
    time.sleep(3)  # the codes' letters and the receipts
    return 0


if __name__ == "__main__":
    sys.exit(main())
