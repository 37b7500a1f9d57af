"""From untrusted bytes to an XML tree, or a refusal."""

from lxml import etree

LARGEST = 12 * 2**20  # bytes
DOCTYPE = b"<!DOCTYPE"


class BadXml(ValueError):
    """The bytes are not an XML document that may be read."""


def parse(raw: bytes) -> etree._Element:
    """Read without entities, network or DTD; raises BadXml."""
    if len(raw) > LARGEST:
        raise BadXml("too large")
    # Before the parser sees it, in one byte or more per sign: an entity in an attribute is expanded
    # whatever the parser was told.
    if DOCTYPE in raw or DOCTYPE in raw.replace(b"\0", b""):
        raise BadXml("a DOCTYPE is not allowed")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise BadXml("not well-formed") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadXml("a DOCTYPE is not allowed")
    return root
