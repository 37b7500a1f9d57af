"""From the office's categories to what an app asks before a report."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.request import Request
from rest_framework.response import Response

from icp.api import etags
from icp.api.endpoints import ApiRequest, endpoint
from recipients.models import Device
from reports.models import Question, ReportCategory

from .shapes import CategoriesSerializer

LANGUAGES = frozenset(Device.Locale.values)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    gives={200: CategoriesSerializer},
    summary=_("Categories of reports"),
    tag="reports",
)
def category_list(request: ApiRequest) -> Response:
    """What can be reported, what is asked then, and with which answers one should call instead."""
    language = spoken(request)
    items = [_described(row, language) for row in ReportCategory.objects.offered()]
    version = hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()[:16]
    said = {"items": items, "cursor": None, "version": version}
    return etags.answer(request, said, cache=etags.PUBLIC_SHORT)


def spoken(request: Request) -> str:
    """The first language of Accept-Language that there may be texts in; else Polish."""
    header = request.headers.get("Accept-Language", "")[:200]
    wanted = (tag[:2] for tag, _weight in parse_accept_lang_header(header))
    return next((tag for tag in wanted if tag in LANGUAGES), Device.Locale.PL.value)


def _described(row: ReportCategory, language: str) -> dict[str, Any]:
    return {
        "code": row.code,
        "group": row.said(row.group, language),
        "name": row.said(row.name, language),
        "description": row.said(row.description, language),
        "keywords": row.said(row.keywords, language),
        "working_days": row.working_days,
        "public_by_default": row.public_by_default,
        "questions": [_asked(row, question, language) for question in row.asked],
    }


def _asked(row: ReportCategory, question: Question, language: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "text": row.said(question.text, language),
        "type": question.type,
        "required": question.required,
        "hint": row.said(question.hint, language),
        "choices": [
            {
                "code": choice.code,
                "text": row.said(choice.text, language),
                "stop": row.said(choice.stop, language),
                "call": choice.call,
            }
            for choice in question.choices
        ],
    }
