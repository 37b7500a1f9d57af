"""From a part of a document to the bytes that a signature covers, and whether a key signed them.

Only what ePUAP, profil zaufany and qualified cards use: C14N 1.0 and exclusive C14N without comments,
SHA-256 and longer, RSA (PKCS#1 v1.5) and ECDSA. https://www.w3.org/TR/xmldsig-core1/
"""

import base64
import copy
import hashlib
import hmac

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
RSA_SHA256 = f"{_MORE}rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
DIGESTS = {
    SHA256: hashlib.sha256,
    f"{_MORE}sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
RSA_METHODS = {
    RSA_SHA256: hashes.SHA256(),
    f"{_MORE}rsa-sha384": hashes.SHA384(),
    f"{_MORE}rsa-sha512": hashes.SHA512(),
}
ECDSA_METHODS = {
    f"{_MORE}ecdsa-sha256": hashes.SHA256(),
    f"{_MORE}ecdsa-sha384": hashes.SHA384(),
    f"{_MORE}ecdsa-sha512": hashes.SHA512(),
}
SHORTEST_RSA = 2048  # bits


class NotCanonical(ValueError):
    """There is no canonical form: a relative namespace, for one (C14N 1.0, section 1.3)."""


def is_sha1(algorithm: str) -> bool:
    return algorithm.rstrip("#").endswith("sha1")


def canonical(
    node: etree._Element | etree._ElementTree,
    *,
    exclusive: bool = True,
    holder: etree._Element | None = None,
) -> bytes:
    """The canonical bytes of an element where it stands, or of a whole document with what stands
    beside its root; `holder` is the element whose InclusiveNamespaces are honored. Raises
    NotCanonical."""
    try:
        if not exclusive and isinstance(node, etree._Element):
            node = _with_every_namespace(node)
        return etree.tostring(
            node,
            method="c14n",
            exclusive=exclusive,
            with_comments=False,
            inclusive_ns_prefixes=_prefixes(holder),
        )
    except (etree.C14NError, ValueError):
        raise NotCanonical from None


def _prefixes(holder: etree._Element | None) -> list[str] | None:
    if holder is None:
        return None
    inclusive = holder.find(f"{{{EXC_C14N}}}InclusiveNamespaces")
    return (inclusive.get("PrefixList") or "").split() if inclusive is not None else None


def _with_every_namespace(node: etree._Element) -> etree._Element:
    """A copy that declares itself whatever is declared around `node`: inclusive C14N wants it all."""
    attributes = {str(name): str(value) for name, value in node.attrib.items()}
    for above in node.iterancestors():
        for name, value in above.attrib.items():
            if str(name).startswith("{http://www.w3.org/XML/1998/namespace}"):
                attributes.setdefault(str(name), str(value))
    # The stubs know no default namespace (None), which lxml takes.
    alone = etree.Element(node.tag, attributes, nsmap=node.nsmap)  # type: ignore[arg-type]
    alone.text = node.text
    alone.extend(copy.deepcopy(child) for child in node)
    return alone


def digest_is_right(algorithm: str, stated: bytes, covered: bytes) -> bool:
    """`algorithm` is a key of DIGESTS."""
    return hmac.compare_digest(stated, DIGESTS[algorithm](covered).digest())


def signed_by(certificate: x509.Certificate, method: str, signature: bytes, covered: bytes) -> bool:
    """Whether the certificate's key made this signature; a method or key not listed is a No."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and method in RSA_METHODS:
            if key.key_size < SHORTEST_RSA:
                return False
            key.verify(signature, covered, padding.PKCS1v15(), RSA_METHODS[method])
        elif isinstance(key, ec.EllipticCurvePublicKey) and method in ECDSA_METHODS:
            key.verify(_as_der(signature), covered, ec.ECDSA(ECDSA_METHODS[method]))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _as_der(signature: bytes) -> bytes:
    """XML signatures hold r and s side by side (RFC 4051, section 3.4.1)."""
    half = len(signature) // 2
    return utils.encode_dss_signature(
        int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    )


def decoded(text: str | None) -> bytes | None:
    """Base64 with line breaks; None where it is something else."""
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except ValueError:
        return None
