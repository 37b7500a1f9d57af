"""From a test to a browser's subscription, and from what arrived for it to a page's service worker.

A headless browser cannot subscribe by itself: its vendor's push service is out on the internet. So the
sandbox plays the service and the keys, ICP sends to it for real, and what the sandbox decrypted is
handed to the page's worker over the DevTools protocol. A whole test:

    with running_sandbox() as box:
        desk = web_push(box)                      # sandbox.testing.web_push
        subscription = desk.subscribe(public_key)  # as PushSubscription.toJSON() gives it
        page.add_init_script(desk.script(subscription))  # pushManager.subscribe() gives this one
        …                                         # the app registers it, ICP sends
        (payload,) = desk.wait_for(subscription, 1)
        desk.deliver(page, payload)               # "push" fires in the page's service worker
"""

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing import Box

PATIENCE = 10.0
SCRIPT = """
(() => {
  const given = %s;
  const raw = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;
  const made = () => ({
    endpoint: given.endpoint,
    expirationTime: null,
    options: { userVisibleOnly: true, applicationServerKey: null },
    getKey: (name) => raw(given.keys[name]),
    toJSON: () => given,
    unsubscribe: async () => { localStorage.removeItem("sandbox-push"); return true; },
  });
  const has = () => localStorage.getItem("sandbox-push") === given.endpoint;
  PushManager.prototype.subscribe = async () => {
    localStorage.setItem("sandbox-push", given.endpoint);
    return made();
  };
  PushManager.prototype.getSubscription = async () => (has() ? made() : null);
  PushManager.prototype.permissionState = async () => "granted";
})();
"""


@dataclass(frozen=True, slots=True)
class WebPushDesk:
    """The sandbox's push service, as a test uses it."""

    box: "Box"

    def subscribe(self, server_key: str = "") -> dict[str, Any]:
        """Make a subscription with keys of its own; only pushes signed with `server_key` reach it."""
        wish = {"applicationServerKey": server_key}
        url = f"{self.box.http_url}/webpush/subscriptions"
        made: dict[str, Any] = requests.post(url, json=wish, timeout=10).json()
        return made

    def unsubscribe(self, subscription: dict[str, Any]) -> None:
        """End it: its pushes are answered 410."""
        requests.delete(subscription["endpoint"], timeout=10)

    def arrived(self, subscription: dict[str, Any]) -> list[str]:
        """List the decrypted payloads that came for it, oldest first."""
        whole = [json.loads(raw).get("webpush") for raw in self.box.raw("push")]
        endpoint = subscription["endpoint"]
        return [one["payload"] for one in whole if one and one["endpoint"] == endpoint]

    def wait_for(self, subscription: dict[str, Any], number: int) -> list[str]:
        """Wait until so many came; gives up by returning what there is."""
        end = time.monotonic() + PATIENCE
        while len(found := self.arrived(subscription)) < number and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def script(self, subscription: dict[str, Any]) -> str:
        """For page.add_init_script: pushManager.subscribe() gives this subscription."""
        return SCRIPT % json.dumps(subscription)

    def deliver(self, page: "Page", payload: str) -> None:
        """Let a decrypted payload reach the service worker that controls the page."""
        session = page.context.new_cdp_session(page)
        found: list[dict[str, Any]] = []
        # A function of our own: Playwright leaves a mark on what listens, which a built-in one refuses.
        session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.append(event))  # noqa: PLW0108
        session.send("ServiceWorker.enable")
        end = time.monotonic() + PATIENCE
        while not (registrations := _registrations(found)) and time.monotonic() < end:
            page.wait_for_timeout(50)
        origin = page.evaluate("location.origin")
        mine = [one for one in registrations if one["scopeURL"].startswith(origin)]
        if not mine:
            raise RuntimeError("The page has no service worker.")
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": mine[-1]["registrationId"], "data": payload},
        )
        session.detach()


def _registrations(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    every = [one for event in events for one in event["registrations"]]
    return [one for one in every if not one["isDeleted"]]
