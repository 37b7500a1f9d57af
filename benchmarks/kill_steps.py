"""The kill harness with an approved message that goes to the app first and by SMS later, while receipts come in.

Every second person has the app, and every third of those opens the message. Meanwhile the progress page is
loaded again and again: its sums must equal what stands in the rows of the same moment.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox.testing import Box

SECONDS_TO_SMS = 20.0  # instead of the minutes that staff would choose
LOOK_SECONDS = 1.0
AT_ONCE = 500
# In one statement, so that both sides are of one moment.
DIFFERENCES = """
WITH rows AS (
    SELECT channel, CASE
        WHEN state IN ('queued', 'submitting', 'retry_wait') THEN 'queued'
        WHEN reason = 'opened_before' THEN 'spared' ELSE state END AS state, count(*) AS number
    FROM messaging_delivery WHERE message_id = %s GROUP BY 1, 2
), shown AS (
    SELECT channel, state, sum(number) AS number
    FROM messaging_counter WHERE message_id = %s GROUP BY 1, 2
)
SELECT count(*) FROM rows FULL JOIN shown USING (channel, state)
WHERE coalesce(rows.number, 0) <> coalesce(shown.number, 0)
"""


class Steps:
    """What goes on around one message until it has ended."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.heard = {"push": 0, "sms": 0}
        self.loads = self.wrong_loads = 0
        self.next_look = 0.0
        self.hastened = False

    def prepare(self, people: int) -> int:
        """The town, and the message: written by one, approved by another."""
        from django.test import Client

        from benchmarks.crowd import crowd
        from messaging.ledger.escalating import Escalation
        from messaging.steps import sending
        from tests import make

        about = make.topic()
        with_app = people // 2
        crowd(with_app, about.bit, ("push", "sms"))
        crowd(people - with_app, about.bit, ("sms",), first=with_app)
        plan = Escalation(30).as_json()
        message = make.message(
            about=about, channels=("push", "sms"), klass="warning", escalation=plan, sms_parts=1
        )
        sending.send(message, by=message.author)
        sending.approve(message, by=make.staff(login="kierownik@zazolcin.example"))
        self.page = f"/wiadomosci/{message.pk}/"
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(make.staff("editor", login="redaktor@zazolcin.example"))
        self.message = message.pk
        return self.message

    def meanwhile(self) -> None:
        """Called between the kills: receipts, a look at the page, and the SMS brought nearer."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + LOOK_SECONDS
        self.bring_nearer()
        for channel in self.heard:
            self.tell(channel)
        self.load()

    def bring_nearer(self) -> None:
        from django.utils import timezone

        from messaging.models import Delivery, Message

        if self.hastened or Message.objects.get(pk=self.message).status != "sending":
            return
        self.hastened = True
        soon = timezone.now() + timedelta(seconds=SECONDS_TO_SMS)
        waiting = Delivery.objects.filter(message=self.message, channel="sms", state="queued")
        waiting.filter(due_at__gt=soon).update(due_at=soon)

    def tell(self, channel: str) -> None:
        """What providers and phones say of what arrived since the last time; some of it twice."""
        from messaging.engine import receipts

        rows = self.box.arrived(channel, since=self.heard[channel], texts=False)
        if rows:
            self.heard[channel] = rows[-1]["number"]
        updates = list(self.updates(channel, rows))
        for start in range(0, len(updates), AT_ONCE):
            receipts.store(channel, updates[start : start + AT_ONCE])

    def updates(self, channel: str, rows: list[dict[str, Any]]) -> Iterator[Any]:
        from messaging.channels.base import News, StatusUpdate

        for row in rows:
            number = int(row["number"])
            if channel == "sms":
                news = News.UNDELIVERED if number % 50 == 0 else News.DELIVERED
            elif number % 3 == 0:
                news = News.READ
            else:
                continue
            for _twice in range(1 + (number % 7 == 0)):
                yield StatusUpdate(row["reference"], "", news, event_id=f"{number}")

    def load(self) -> None:
        from django.db import connection

        answer = self.client.get(self.page)
        with connection.cursor() as cursor:
            cursor.execute(DIFFERENCES, [self.message, self.message])
            wrong = cursor.fetchone()[0]
        self.loads += 1
        self.wrong_loads += answer.status_code != 200 or bool(wrong)

    def report(self) -> dict[str, object]:
        """How each person stands on each channel against what reached their phone."""
        from messaging.models import OPEN, Delivery

        while self.apply_rest():
            pass
        rows = list(
            Delivery.objects.filter(message=self.message).values_list(
                "channel", "recipient_id", "state", "reason"
            )
        )
        copies = {channel: self.copies(channel) for channel in self.heard}
        told = {"accepted", "delivered", "read", "undelivered", "no_receipt"}
        got = [(state, reason, copies[channel][person]) for channel, person, state, reason in rows]
        by_channel = Counter((channel, state, reason) for channel, _p, state, reason in rows)
        return {
            "people": len({person for _c, person, _s, _r in rows}),
            "states": {" ".join(filter(None, key)): n for key, n in sorted(by_channel.items())},
            "spared_sms": sum(reason == "opened_before" for _c, _p, _s, reason in rows),
            "got_it_twice": sum(number > 1 for _s, _r, number in got),
            "said_sent_but_missing": sum(s in told and not n for s, _r, n in got),
            "said_left_out_but_sent": sum(
                s in ("suppressed", "failed") and n > 0 for s, _r, n in got
            ),
            "unknown_got_it": sum(n for s, _r, n in got if s == "unknown"),
            "still_open": sum(state in OPEN for state, _r, _n in got),
            "page_loads": self.loads,
            "page_loads_with_wrong_sums": self.wrong_loads,
        }

    def apply_rest(self) -> int:
        from messaging.engine import receipts

        for channel in self.heard:
            self.tell(channel)
        return receipts.apply()

    def copies(self, channel: str) -> Counter[int]:
        """How many each person got."""
        from recipients.models import ContactPoint

        found = ContactPoint.objects.filter(kind=channel).select_related("recipient")
        whose = {point.value: point.recipient_id for point in found}
        return Counter(whose[row["address"]] for row in self.box.arrived(channel, texts=False))
