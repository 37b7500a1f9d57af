"""From the office's categories to GeoReport's services, and from questions to attributes."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from admin_module import configuration
from icp.environment import PUBLIC_URL
from reports.models import Question, QuestionType, ReportCategory

from .refusing import Refused

CHANGESET = "2026-11-20T00:00:00Z"  # when the endpoint last changed its shape
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
DATATYPES = {
    QuestionType.TEXT: "text",
    QuestionType.CHOICE: "singlevaluelist",
    QuestionType.MULTI: "multivaluelist",
    QuestionType.NUMBER: "number",
    QuestionType.DATE: "datetime",
}


def discovery() -> dict[str, Any]:
    """Where the endpoint is, whom to ask about it, how a key is had."""
    office = configuration.read(configuration.Municipality)
    contact = ", ".join(part for part in (office.name, office.email, office.phone) if part)
    return {
        "changeset": CHANGESET,
        "contact": contact,
        "key_service": _("Ask the office for a key: %(contact)s") % {"contact": contact},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{PUBLIC_URL}/open311/v2",
                "changeset": CHANGESET,
                "type": "test" if settings.SANDBOX else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def listed() -> list[dict[str, Any]]:
    return [_service(row) for row in ReportCategory.objects.offered()]


def _service(row: ReportCategory) -> dict[str, Any]:
    keywords = [word.strip() for word in row.keywords.replace(";", ",").split(",")]
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": row.description,
        "metadata": bool(row.questions),
        "type": "realtime",
        "keywords": ",".join(word for word in keywords if word),
        "group": row.group,
    }


def defined(code: str) -> dict[str, Any]:
    """The questions of a category; Refused (404) where it is not offered or asks nothing."""
    row = offered(code)
    if not row.questions:
        raise Refused(404, _("This service has no further attributes."))
    return {
        "service_code": row.code,
        "attributes": [_attribute(question, n) for n, question in enumerate(row.asked, start=1)],
    }


def offered(code: str) -> ReportCategory:
    row = ReportCategory.objects.offered().filter(code=code[:40].replace("\0", "")).first()
    if row is None:
        raise Refused(404, _("There is no service with this service_code."))
    return row


def _attribute(question: Question, order: int) -> dict[str, Any]:
    stops = [choice.stop for choice in question.choices if choice.stop]
    return {
        "variable": True,
        "code": question.code,
        "datatype": DATATYPES[QuestionType(question.type)],
        "required": question.required,
        "datatype_description": " ".join([question.hint, *stops]).strip(),
        "order": order,
        "description": question.text,
        "values": [{"key": choice.code, "name": choice.text} for choice in question.choices],
    }
