"""From published messages to an Atom feed (RFC 4287) that readers and other sites can follow."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from lxml import etree

from admin_module.configuration import Municipality, read
from icp.environment import PUBLIC_URL

from .bulletin import CANCELLED, Item

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_NS = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold, section 2.2: a text may have come from anywhere.
_UNFIT = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 65534, 65535])
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def feed(items: Sequence[Item]) -> bytes:
    """The whole feed, the latest entry first; the same items give the same bytes."""
    office = read(Municipality)
    root = etree.fromstring(f'<feed xmlns="{_NS}" xml:lang="pl"/>')
    page = f"{PUBLIC_URL}/alerty/"
    _add(root, "id", page)
    _add(root, "title", _("Alarms and warnings – %(office)s") % {"office": office.name})
    _add(root, "updated", _time(max((item.changed_at for item in items), default=NEVER)))
    _link(root, "self", f"{page}atom.xml", "application/atom+xml")
    _link(root, "alternate", page, "text/html")
    _add(etree.SubElement(root, _name("author")), "name", office.name)
    for item in items:
        _entry(root, item, page)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _entry(root: "etree._Element", item: Item, page: str) -> None:
    entry = etree.SubElement(root, _name("entry"))
    _add(entry, "id", f"urn:uuid:{item.id}")
    _add(entry, "title", title_of(item))
    _add(entry, "updated", _time(item.changed_at))
    _add(entry, "published", _time(item.published_at))
    _link(entry, "alternate", f"{page}{item.id}/", "text/html")
    _add(etree.SubElement(entry, _name("author")), "name", item.sender)
    etree.SubElement(entry, _name("category"), term=item.klass)
    if item.summary:
        _add(entry, "summary", item.summary)
    _add(entry, "content", item.html).set("type", "html")


def title_of(item: Item) -> str:
    """A title that says itself when the alarm was called off: readers show little else."""
    if item.status == CANCELLED:
        return _("Called off: %(title)s") % {"title": item.title}
    if item.followed_by is not None:
        return _("Corrected: %(title)s") % {"title": item.title}
    return item.title


def _name(tag: str) -> str:
    return f"{{{_NS}}}{tag}"


def _add(parent: "etree._Element", tag: str, text: str) -> "etree._Element":
    element = etree.SubElement(parent, _name(tag))
    element.text = text.translate(_UNFIT)
    return element


def _link(parent: "etree._Element", rel: str, href: str, kind: str) -> None:
    etree.SubElement(parent, _name("link"), rel=rel, href=href, type=kind)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
