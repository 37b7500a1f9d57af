"""From Twilio's REST calls to arrivals, and back with signed news of each message."""

import base64
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from secrets import token_hex
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.callbacks import Postman
from sandbox.http import cut, held
from sandbox.world import Verdict, World

# (HTTP status, Twilio's code, its words), https://www.twilio.com/docs/api/errors
REFUSALS = {
    Verdict.THROTTLE: (429, 20429, "Too Many Requests"),
    Verdict.REFUSE_NOW: (503, 20503, "Service unavailable"),
    Verdict.REFUSE_FOREVER: (400, 21610, "Attempt to send to unsubscribed recipient"),
}
UNAUTHORIZED = (401, 20003, "Authenticate")
NO_RECIPIENT = (400, 21604, "A 'To' phone number is required.")
NO_BODY = (400, 21602, "Message body is required.")
# "Invalid From Number": a name may have 11 signs, one of them a letter.
BAD_SENDER = (400, 21212, "Invalid 'From' Number")
SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &_+-]{1,11}|\+\d{6,15}")
BAD_NUMBER = (400, 21211, "Invalid 'To' Phone Number")


def routes(world: World) -> list[web.RouteDef]:
    """Serve the one resource that ICP uses."""
    twilio = Twilio(world)
    base = "/2010-04-01/Accounts/{account}"
    world.closers.append(twilio.postman.close)
    return [
        web.post(base + "/Messages.json", twilio.create),
        web.get(base + "/Balance.json", twilio.balance),
        web.get(base + ".json", twilio.account),
    ]


class Twilio:
    """The Messages resource of one account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.postman = Postman(world)
        self.run = token_hex(8)
        self.numbers = count(1)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Take one SMS."""
        form = await request.post()
        await held(self.world, "sms")
        if self.world.switches["sms"].off:
            return cut(request)
        fields = {name: str(value) for name, value in form.items()}
        problem = self.problem_of(request, fields)
        if problem:
            return refusal(problem)
        verdict = self.world.judge("sms")
        if verdict in REFUSALS:
            return refusal(REFUSALS[verdict])
        sid = f"SM{self.run}{next(self.numbers):016x}"
        callback = fields.get("StatusCallback", "")
        reference = urlsplit(callback).path.rstrip("/").rpartition("/")[2]
        raw = json.dumps(fields, ensure_ascii=False).encode()
        self.world.remember("sms", reference, fields["To"], raw)
        if callback and not self.world.switches["sms"].silent:
            self.postman.promise(callback, self.news_of(sid, fields))
        if verdict is Verdict.DROP:
            return cut(request)
        if verdict is Verdict.NONSENSE:
            return web.Response(text="<html>banan", content_type="text/html", status=201)
        return web.json_response(self.resource(sid, fields), status=201)

    async def account(self, request: web.Request) -> web.StreamResponse:
        """Describe the account, which is how a client tries its credentials."""
        if not self.is_known(request):
            return refusal(UNAUTHORIZED)
        sid = self.world.accounts.twilio_account
        return web.json_response(
            {"sid": sid, "friendly_name": "Sandbox", "status": "active", "type": "Full"}
        )

    async def balance(self, request: web.Request) -> web.StreamResponse:
        """Say what is left."""
        if not self.is_known(request):
            return refusal(UNAUTHORIZED)
        sid = self.world.accounts.twilio_account
        return web.json_response({"account_sid": sid, "balance": "27.35", "currency": "USD"})

    def is_known(self, request: web.Request) -> bool:
        """Check the basic authentication and the account in the path."""
        accounts = self.world.accounts
        pair = f"{accounts.twilio_account}:{accounts.twilio_token}".encode()
        wanted = "Basic " + base64.b64encode(pair).decode()
        return (
            request.headers.get("Authorization") == wanted
            and request.match_info["account"] == accounts.twilio_account
        )

    def problem_of(
        self, request: web.Request, fields: dict[str, str]
    ) -> tuple[int, int, str] | None:
        """Say what Twilio would refuse about the request itself."""
        to = fields.get("To", "")
        checks = (
            (self.is_known(request), UNAUTHORIZED),
            (to, NO_RECIPIENT),
            (to.startswith("+") and to[1:].isdigit() and 8 <= len(to) <= 16, BAD_NUMBER),  # noqa: PLR2004 - E.164
            (fields.get("Body"), NO_BODY),
            (
                fields.get("MessagingServiceSid") or SENDER.fullmatch(fields.get("From", "")),
                BAD_SENDER,
            ),
        )
        return next((problem for fine, problem in checks if not fine), None)

    def news_of(self, sid: str, fields: dict[str, str]) -> list[dict[str, str]]:
        """Prepare the status callbacks that will follow."""
        share = self.world.switches["sms"].undelivered
        lost = share and self.world.falls_due("sms", "undelivered", share)
        common = {
            "AccountSid": self.world.accounts.twilio_account,
            "ApiVersion": "2010-04-01",
            "From": fields.get("From", ""),
            "MessageSid": sid,
            "SmsSid": sid,
            "To": fields["To"],
        }
        last = {"MessageStatus": "undelivered", "SmsStatus": "undelivered", "ErrorCode": "30003"}
        if not lost:
            last = {"MessageStatus": "delivered", "SmsStatus": "delivered"}
        return [common | {"MessageStatus": "sent", "SmsStatus": "sent"}, common | last]

    def resource(self, sid: str, fields: dict[str, str]) -> dict[str, object]:
        """Describe a message as Twilio does."""
        account = self.world.accounts.twilio_account
        at = format_datetime(datetime.now(UTC))
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": fields["Body"],
            "date_created": at,
            "date_sent": None,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": fields.get("From"),
            "messaging_service_sid": fields.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "queued",
            "subresource_uris": {},
            "to": fields["To"],
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{sid}.json",
        }


def refusal(problem: tuple[int, int, str]) -> web.Response:
    """Shape an error as Twilio does."""
    status, code, words = problem
    body = {
        "code": code,
        "message": words,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status)
