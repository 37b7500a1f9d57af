"""From a reason why a signature is not believed to a sentence that a clerk can act on."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Refusal(StrEnum):
    """Why a signed document is not believed; the codes stand in the review queue and the audit."""

    BAD_XML = "bad_xml"
    NOT_SIGNED = "not_signed"
    SEVERAL_SIGNATURES = "several_signatures"
    MISPLACED = "misplaced"
    SHAPE = "shape"
    ALGORITHM = "algorithm"
    SHA1 = "sha1"
    TRANSFORM = "transform"
    REFERENCES = "references"
    SAME_ID = "same_id"
    CONTENT_CHANGED = "content_changed"
    PROPERTIES_CHANGED = "properties_changed"
    WRONG_SIGNATURE = "wrong_signature"
    NO_CERTIFICATE = "no_certificate"
    FOREIGN_CERTIFICATE = "foreign_certificate"
    CERTIFICATE_DATES = "certificate_dates"
    NOT_QUALIFIED = "not_qualified"
    NO_TIME = "no_time"
    IN_THE_FUTURE = "in_the_future"
    LONG_AGO = "long_ago"
    NO_PERSON = "no_person"
    SEVERAL_PERSONS = "several_persons"
    NO_PESEL = "no_pesel"


SENTENCES = {
    Refusal.BAD_XML: _("The document cannot be read: it is damaged, too large or has a DOCTYPE."),
    Refusal.NOT_SIGNED: _("Nobody signed the document."),
    Refusal.SEVERAL_SIGNATURES: _(
        "The document has more than one signature. Check by hand who signed what."
    ),
    Refusal.MISPLACED: _("The signature does not stand where the signature of a form stands."),
    Refusal.SHAPE: _("The signature has parts missing, or parts that do not belong there."),
    Refusal.ALGORITHM: _("The signature uses an algorithm that ICP does not know."),
    Refusal.SHA1: _("The signature uses SHA-1, which can be forged."),
    Refusal.TRANSFORM: _(
        "The signature changes the document before it is checked, in a way that is not allowed."
    ),
    Refusal.REFERENCES: _("The signature does not cover the whole document and the signer’s data."),
    Refusal.SAME_ID: _(
        "Two parts of the document carry the same identifier, so it is unclear what was signed."
    ),
    Refusal.CONTENT_CHANGED: _("The document was changed after it was signed."),
    Refusal.PROPERTIES_CHANGED: _("The data of the signer were changed after the signature."),
    Refusal.WRONG_SIGNATURE: _("The signature was not made with the key of the certificate."),
    Refusal.NO_CERTIFICATE: _("The certificate of the signature is missing or is another one."),
    Refusal.FOREIGN_CERTIFICATE: _(
        "Nobody on the list of trusted certificates stands behind the signature."
    ),
    Refusal.CERTIFICATE_DATES: _("The certificate was not valid when the document was signed."),
    Refusal.NOT_QUALIFIED: _("The certificate is not a qualified certificate of a person."),
    Refusal.NO_TIME: _("The signature does not say when it was made."),
    Refusal.IN_THE_FUTURE: _("The signature claims to have been made in the future."),
    Refusal.LONG_AGO: _("The document was signed long before it was sent."),
    Refusal.NO_PERSON: _("The signature does not say who signed."),
    Refusal.SEVERAL_PERSONS: _("The signature names more than one person."),
    Refusal.NO_PESEL: _("The signature carries no PESEL number."),
}


class SignatureRefused(ValueError):
    """The document does not prove who signed it. `code` names no content."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value)
        self.code = code
