"""From Firebase Cloud Messaging's HTTP v1 calls to arrivals."""

from itertools import count

from aiohttp import web

from sandbox.http import cut, held
from sandbox.world import Verdict, World

# (HTTP status, google.rpc.Code, FCM's own code), https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
REFUSALS = {
    Verdict.THROTTLE: (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
    Verdict.REFUSE_NOW: (503, "UNAVAILABLE", "UNAVAILABLE"),
    Verdict.REFUSE_FOREVER: (404, "NOT_FOUND", "UNREGISTERED"),
}
FIRST_NUMBER = 1_700_000_000_000_000


def routes(world: World) -> list[web.RouteDef]:
    """Serve the one method that ICP uses."""
    return [web.post("/v1/projects/{project}/messages:send", Fcm(world).send)]


class Fcm:
    """The messages of one Firebase project."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.numbers = count(FIRST_NUMBER)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Take one notification."""
        raw = await request.read()
        await held(self.world, "push")
        if self.world.switches["push"].off:
            return cut(request)
        accounts = self.world.accounts
        if request.headers.get("Authorization") != f"Bearer {accounts.fcm_token}":
            return refusal(401, "UNAUTHENTICATED", "")
        if request.match_info["project"] != accounts.fcm_project:
            return refusal(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")
        try:
            body = await request.json()
            token = str(body["message"].get("token") or body["message"]["fid"])
            reference = str(body["message"].get("data", {}).get("reference", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            return refusal(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        return self.settle(request, body.get("validate_only", False), (reference, token, raw))

    def settle(
        self, request: web.Request, rehearsal: bool, notification: tuple[str, str, bytes]
    ) -> web.StreamResponse:
        """Keep the notification and answer, as the verdict says."""
        name = f"projects/{request.match_info['project']}/messages/{next(self.numbers)}"
        if rehearsal:
            return web.json_response({"name": name})
        verdict = self.world.judge("push")
        if verdict in REFUSALS:
            return refusal(*REFUSALS[verdict])
        self.world.remember("push", *notification)
        if verdict is Verdict.DROP:
            return cut(request)
        if verdict is Verdict.NONSENSE:
            return web.Response(text="banan", content_type="text/html")
        return web.json_response({"name": name})


def refusal(status: int, code: str, fcm_code: str) -> web.Response:
    """Shape an error as Google does."""
    error: dict[str, object] = {"code": status, "message": f"Sandbox: {code}", "status": code}
    if fcm_code:
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        error["details"] = [{"@type": kind, "errorCode": fcm_code}]
    return web.json_response({"error": error}, status=status)
