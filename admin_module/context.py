"""From a request to the frame around its page: the municipality, the menu, who is signed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .configuration import Municipality, Notices, Section, TownMap, read
from .handbook.helping import help_for
from .models import User
from .second_factor import is_half_open

S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the menu names; the children stand under it.

    Without an address of its own (and a permission) it leads to the first child that may be seen.
    """

    label: str | Promise
    url_name: str
    permission: str
    icon: str = ""
    children: tuple["Page", ...] = ()


@dataclass(slots=True)
class NavItem:
    label: str | Promise
    url: str
    icon: str
    active: bool
    count: int | None
    children: list["NavItem"]


# Numbers beside pages of the menu: the name of an address → what waits there for somebody. Apps that
# stand above this module add theirs in AppConfig.ready.
COUNTS: dict[str, Callable[[User], int]] = {}

MENU = (
    Page(_("Start"), "dashboard", "admin_module.open_dashboard", "layout-dashboard"),
    Page(
        _("Messages"),
        "message-list",
        "messaging.view_message",
        "send",
        (
            Page(_("New message"), "message-new", "messaging.add_message"),
            Page(_("Templates"), "template-list", "messaging.add_message"),
            Page(_("To approve"), "approval-queue", "messaging.approve_message"),
            Page(_("Calendar"), "message-calendar", "messaging.view_message"),
            Page(_("Drills"), "drill-report", "messaging.view_message"),
            Page(pgettext_lazy("deliveries", "Unknown"), "unknown-list", "messaging.send_message"),
            Page(_("Statistics"), "message-statistics", "messaging.view_message"),
        ),
    ),
    Page(
        _("Recipients"),
        "recipient-list",
        "recipients.view_recipient",
        "users",
        (
            Page(_("Register a person"), "recipient-new", "recipients.register_recipient"),
            Page(_("Groups"), "group-list", "recipients.view_recipientgroup"),
            Page(_("Registrations by ePUAP"), "epuap-queue", "recipients.review_epuap"),
            Page(_("Requests of persons"), "request-list", "recipients.view_rightsrequest"),
            Page(_("Map of coverage"), "coverage-map", "recipients.view_coverage"),
            Page(_("Consents"), "consent-register", "consents.view_consent"),
            Page(_("Signed forms"), "form-desk", "consents.change_consentform"),
            Page(_("Duplicates"), "duplicate-list", "recipients.join_recipients"),
            Page(_("Held addresses"), "suppressed-list", "recipients.view_suppressedaddress"),
            Page(pgettext_lazy("noun", "Import"), "people-import", "recipients.import_recipient"),
            Page(_("Exports"), "export-list", "recipients.view_export"),
        ),
    ),
    Page(
        _("Reports"),
        "report-list",
        "reports.view_report",
        "map-pinned",
        (
            Page(_("New report"), "report-new", "reports.handle_report"),
            Page(_("Statistics"), "report-statistics", "reports.view_report"),
            Page(_("Categories"), "report-category-list", "reports.manage_reports"),
            Page(_("Routing"), "routing-rule-list", "reports.manage_reports"),
            Page(_("Outside bodies"), "outside-body-list", "reports.manage_reports"),
            Page(_("Answer templates"), "answer-template-list", "reports.manage_reports"),
            Page(_("Retention of reports"), "report-retention", "reports.manage_reports"),
        ),
    ),
    Page(
        _("Conversations"),
        "conversation-list",
        "conversations.view_own_conversation",
        "headset",
        (
            Page(_("Chat desk"), "chat-desk", "conversations.handle_chat"),
            Page(_("Register a call"), "call-new", "conversations.register_call"),
            Page(_("Call somebody"), "voice-call", "conversations.register_call"),
            Page(_("Requests for access"), "access-list", "conversations.view_accessrequest"),
            Page(_("Retention of conversations"), "retention", "conversations.view_retention"),
            Page(_("Supervision"), "supervision", "conversations.supervise_conversation"),
            Page(_("Lines and notices"), "line-list", "conversations.view_line"),
            Page(_("Legal bases"), "legal-basis-list", "conversations.view_line"),
            Page(_("Designations"), "designation-list", "conversations.designate_staff"),
            Page(_("Chat settings"), "chat-settings", "conversations.manage_chat"),
            Page(_("Telephone exchanges"), "exchange-list", "conversations.manage_exchange"),
        ),
    ),
    Page(
        _("Administration"),
        "",
        "",
        "settings",
        (
            Page(_("Staff accounts"), "staff-list", "admin_module.view_user"),
            Page(_("Roles and permissions"), "role-matrix", "auth.view_group"),
            Page(_("Units"), "unit-list", "admin_module.view_unit"),
            Page(_("Review of access"), "access-review", "admin_module.view_accessreview"),
            Page(_("Settings"), "settings-index", "admin_module.view_configurationversion"),
            Page(_("Topics"), "topic-list", "consents.view_topic"),
            Page(_("Address register"), "address-register", "recipients.import_addresses"),
            Page(_("Keys for other programs"), "open311-key-list", "reports.manage_open311"),
            Page(_("Documents"), "document-list", "admin_module.view_document"),
        ),
    ),
    Page(_("Audit log"), "audit-list", "admin_module.view_auditentry", "shield-check"),
    Page(_("Handbook"), "handbook", "admin_module.open_dashboard", "book-open"),
)


def shell(request: HttpRequest) -> dict[str, dict[str, object]]:
    """What templates/base.html asks for as `shell`; for strangers only the municipality."""
    user = getattr(request, "user", None)
    frame: dict[str, object] = {
        "municipality": _held(Municipality),
        "sign_in_notice": _held(Notices).sign_in,
        "map": _held(TownMap),
        "nav": [],
        "person": "",
        "initials": "",
        "section": "",
        "help_url": "",
    }
    if isinstance(user, User) and not is_half_open(request):
        nav = _items(MENU, user, request.path)
        frame |= {
            "nav": nav,
            "person": str(user),
            "initials": user.initials,
            "section": next((item.label for item in nav if item.active), ""),
            "help_url": _help_url(request, user),
        }
    return {"shell": frame}


def _held(section: type[S]) -> S:
    try:
        return read(section)
    except DatabaseError:  # the page that says so must not fail, too
        return section.from_environment()


def _help_url(request: HttpRequest, user: User) -> str:
    if not user.has_perm("admin_module.open_dashboard"):
        return ""
    match = request.resolver_match
    return help_for((match and match.url_name) or "")


def _items(pages: Iterable[Page], user: User, path: str) -> list[NavItem]:
    seen = [_item(page, user, path) for page in pages]
    items = [item for item in seen if item is not None and item.url]
    # The longest address that begins the current one is where the reader is.
    here = max((item for item in items), key=lambda item: _nearness(item, path), default=None)
    if here is not None and _nearness(here, path):
        here.active = True
    return items


def _item(page: Page, user: User, path: str) -> NavItem | None:
    """The page as this person sees it; None where they may not."""
    if page.url_name and not user.has_perm(page.permission):
        return None
    children = _items(page.children, user, path)
    url = _url(page) if page.url_name else next((child.url for child in children), "")
    count = COUNTS[page.url_name](user) if page.url_name in COUNTS else None
    return NavItem(page.label, url, page.icon, False, count, children)


def _nearness(item: NavItem, path: str) -> int:
    """How much of the current address the item's, or one of its children's, begins."""
    urls = (item.url, *(child.url for child in item.children))
    return max(len(url) if _begins(url, path) else 0 for url in urls)


def _begins(url: str, path: str) -> bool:
    return path == url if url == "/" else bool(url) and path.startswith(url)


def _url(page: Page) -> str:
    """An app that is left out of an installation takes its pages out of the menu."""
    try:
        return reverse(page.url_name)
    except NoReverseMatch:
        return ""
