"""Every address asks who is there, or stands on the list of those that need no sign-in."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from admin_module import context, roles

# The name of an address that needs no sign-in, and why.
OPEN = {
    "logo": "the office’s logo stands on the sign-in page",
    "healthz": "asked by the machine that watches; says nothing but that ICP lives",
    "readyz": "asked by the machine that watches; names parts, no secrets",
    "metrics": "asked by the machine that watches; needs a token, or to be this machine",
    "sign-in": "the way in",
    "sign-out": "signing out nobody does no harm",
    "invitation": "the one-time link in a letter to staff; its secret is the proof",
    "password-set": "where that link leads; the session holds its secret",
    "accessibility": "the declaration that the act of 4 April 2019 wants everybody to find",
    "privacy": "what art. 13 GDPR wants everybody to be told",
    "town-outline": "the districts and streets of the public address register, for every map",
    "address-find": "finds a house of the same register; residents mark a place by it",
    "api-docs": "the description of the residents’ API, for whoever writes an app",
    "api-docs-group": "the same, address by address",
    "problem": "what an error of that API means; its type leads there",
    "report-photo-public": "a photo that the office let out, of a report that everybody may see",
    "open311-discovery": "GeoReport v2: where the open interface to reports is",
    "open311-services": "GeoReport v2: what can be reported",
    "open311-service": "GeoReport v2: what is asked about it",
    "open311-requests": "GeoReport v2: reports that everybody may see; to bring one needs a key",
    "open311-request": "GeoReport v2: one of them",
    "open311-token": "GeoReport v2: the number behind a token",
    "open311-nothing": "GeoReport v2: a refusal in its own format",
    "open311-nothing-else": "the same",
    "public-report-list": "what the office let out of reports: a map and a list",
    "public-report": "one of them",
    "public-new": "what can be reported, without an account",
    "public-new-report": "the form for it; a link to an e-mail address confirms it",
    "public-sent": "says to open that link",
    "public-confirm": "where that link leads; its token is the proof",
    "access-public": "the application to hear one's own call or read one's own chat",
    "access-blank": "the same to print",
    "alert-list": "what the office tells everybody",
    "alert": "one message of it",
    "alert-feed": "the same for programs (Atom)",
    "short-link": "the official text behind the short address in an SMS; the code is the proof",
    "attachment-page": "what is attached to a message; the address in the message is the proof",
    "attachment-file": "one file of it",
    "short-link-form": "where such a code is typed in",
    "short-link-poster": "the poster that says so",
    "embed-alerts": "a script that shows the same on other sites",
    "unsubscribe": "a link in a mail (RFC 8058); its token is the proof",
    "epuap-push": "ePUAP brings documents; every one is verified by its signature",
    "channel-callback": "providers bring news; every one is verified by its signature",
    "sms-answer-smsapi": "the same from SMSAPI, by an address that only it was told",
    "sms-answer": "a provider brings what somebody answered by SMS, verified by its signature",
    "channel-callback-of": "the same, with a path of the channel’s own",
    "voice-incoming": "Twilio asks what to say to a caller; every request is verified by its signature",
    "voice-line-status": "the same",
    "voice-agent": "the same",
    "voice-notice": "the same",
    "voice-choice": "the same",
    "voice-back": "the same",
    "voice-taken": "the same",
    "voice-after-dial": "the same",
    "voice-status-news": "the same",
    "voice-recording": "the same",
    "app": "the residents’ app: one page without anybody’s data",
    "app-screen": "the same page under the addresses of its screens",
    "app-manifest": "the app’s name and pictures",
    "app-worker": "the app’s service worker: a list of static files",
    "app-offline": "what a phone shows without a network",
    "asset-links": "asked for by Android: which app opens our addresses",
    "apple-links": "asked for by iOS: the same",
    "robots": "asked for by search engines",
    "chat": "the office’s chat begins with what is done with what is said (order 308/18, § 1.5)",
    "chat-ask": "the form before a chat; no cookie and nothing of anybody’s",
    "chat-left": "says that nothing was stored",
    "chat-room": "one chat; the token in the form, or shown by the script, is the proof",
    "chat-widget": "the same four in a frame on sites of the city",
    "chat-widget-ask": "the same",
    "chat-widget-left": "the same",
    "chat-widget-room": "the same",
    "chat-loader": "the script that shows the chat on those sites",
    "chat-events": "what is new in one chat; the token in the header is the proof",
    "chat-say": "the same token",
    "chat-typing": "the same token",
    "chat-end": "the same token",
    "chat-rate": "the same token",
    "chat-renew": "the same token",
}
EXAMPLES = {
    "int": 1,
    "str": "x",
    "slug": "x",
    "path": "x",
    "uuid": uuid.UUID(int=1),
    "form": "xml",
    "state": "accepted",
}


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    route: str
    view: Any
    arguments: dict[str, Any]

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs=self.arguments)


def addresses(
    patterns: list[URLPattern | URLResolver], prefix: str = "", space: str = ""
) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner)
        else:
            needed = re.findall(r"<(?:(\w+):)?(\w+)>", route)
            arguments = {name: EXAMPLES[kind or "str"] for kind, name in needed}
            arguments |= pattern.default_args
            yield Address(f"{space}{pattern.name}", route, pattern.callback, arguments)


EVERY = list(addresses(get_resolver().url_patterns))
# Endpoints of the residents' API ask a device for its token, never staff: tests/api looks at those.
ENDPOINTS = [address for address in EVERY if hasattr(address.view, "rows")]
ALL = [address for address in EVERY if address not in ENDPOINTS]
GUARDED = [address for address in ALL if address.name not in OPEN]


def name_of(address: Address) -> str:
    return address.name


def test_every_address_has_a_name() -> None:
    assert [address.route for address in EVERY if address.name.endswith("None")] == []


def test_the_list_of_open_addresses_holds_no_leftovers() -> None:
    assert set(OPEN) <= {address.name for address in ALL}


@pytest.mark.django_db
@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_a_stranger_is_sent_to_the_sign_in(client: Client, address: Address) -> None:
    for response in (client.get(address.path), client.post(address.path)):
        assert response.status_code == 302
        assert response["Location"] == f"{reverse('sign-in')}?next={address.path}"


@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_every_view_of_staff_says_which_permission_it_asks_for(address: Address) -> None:
    assert getattr(address.view, "staff_permission", ""), f"{address.name}: use @staff_may"


@pytest.mark.django_db
def test_every_permission_asked_for_exists_and_some_role_holds_it() -> None:
    asked = {address.view.staff_permission for address in GUARDED}
    existing = {
        f"{app}.{code}"
        for app, code in Permission.objects.values_list("content_type__app_label", "codename")
    }
    held = {name for role in roles.ROLES.values() for name in role.permissions}
    assert asked <= existing
    assert asked <= held


@pytest.mark.parametrize("address", [a for a in ALL if a.name in OPEN], ids=name_of)
def test_open_addresses_are_marked_as_such(address: Address) -> None:
    assert getattr(address.view, "login_required", True) is False


def test_the_menu_leads_to_addresses_that_ask_for_the_same_permission() -> None:
    asked = {address.name: getattr(address.view, "staff_permission", "") for address in ALL}
    pages = [inner for page in context.MENU for inner in (page, *page.children) if inner.url_name]
    assert {page.url_name: page.permission for page in pages} == {
        page.url_name: asked.get(page.url_name) for page in pages
    }
