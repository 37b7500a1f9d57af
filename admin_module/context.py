"""From a request to the frame around its page: the municipality, the menu, who is signed in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .handbook.helping import help_for
from .models import User


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the menu names; the children stand under it."""

    label: str | Promise
    url_name: str
    permission: str
    icon: str = ""
    children: tuple["Page", ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str | Promise
    url: str
    icon: str
    active: bool
    count: int | None
    children: list["NavItem"]


MENU = (
    Page(_("Start"), "dashboard", "admin_module.open_dashboard", "layout-dashboard"),
    Page(
        _("Messages"),
        "message-list",
        "messaging.view_message",
        "send",
        (Page(_("New message"), "message-new", "messaging.add_message"),),
    ),
    Page(
        _("Recipients"),
        "recipient-list",
        "recipients.view_recipient",
        "users",
        (Page(_("Register a person"), "recipient-new", "recipients.register_recipient"),),
    ),
    Page(_("Audit log"), "audit-list", "admin_module.view_auditentry", "shield-check"),
    Page(_("Handbook"), "handbook", "admin_module.open_dashboard", "book-open"),
)


def shell(request: HttpRequest) -> dict[str, dict[str, object]]:
    """What templates/base.html asks for as `shell`; for strangers only the municipality."""
    user = getattr(request, "user", None)
    frame: dict[str, object] = {
        "municipality": settings.MUNICIPALITY,
        "nav": [],
        "person": "",
        "initials": "",
        "section": "",
        "help_url": "",
    }
    if isinstance(user, User):
        nav = _items(MENU, user, request.path)
        frame |= {
            "nav": nav,
            "person": str(user),
            "initials": user.initials,
            "section": next((item.label for item in nav if item.active), ""),
            "help_url": _help_url(request, user),
        }
    return {"shell": frame}


def _help_url(request: HttpRequest, user: User) -> str:
    if not user.has_perm("admin_module.open_dashboard"):
        return ""
    match = request.resolver_match
    return help_for((match and match.url_name) or "")


def _items(pages: Iterable[Page], user: User, path: str) -> list[NavItem]:
    allowed = [(page, _url(page)) for page in pages if user.has_perm(page.permission)]
    # The longest address that begins the current one is where the reader is.
    matching = [url for _page, url in allowed if _begins(url, path)]
    here = max(matching, key=len, default="")
    return [
        NavItem(page.label, url, page.icon, url == here, None, _items(page.children, user, path))
        for page, url in allowed
        if url
    ]


def _begins(url: str, path: str) -> bool:
    return path == url if url == "/" else bool(url) and path.startswith(url)


def _url(page: Page) -> str:
    """An app that is left out of an installation takes its pages out of the menu."""
    try:
        return reverse(page.url_name)
    except NoReverseMatch:
        return ""
