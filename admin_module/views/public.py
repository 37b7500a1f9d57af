"""From the office's settings to the pages that anybody may read: accessibility, and privacy."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from admin_module.configuration import Accessibility, Municipality, read
from admin_module.documents.parties import Party, parties
from consents import form_pdf
from consents.models import ConsentText

MINUTE, HOUR = 60, 3600  # seconds


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays in the visitor's browser."""

    name: str
    purpose: str
    how_long: str


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration in the form of the ministry's technical conditions, version 2.0."""
    statement, office = read(Accessibility), read(Municipality)
    return render(
        request,
        "admin_module/accessibility.html",
        {
            "statement": statement,
            "office": office,
            "site": settings.PUBLIC_URL,
            "site_name": urlsplit(settings.PUBLIC_URL).hostname,
            "contact": statement.contact or office.name,
            "email": statement.email or office.email or office.dpo,
            "phone": statement.phone or office.phone,
        },
    )


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """The notice of art. 13 GDPR as it holds today, who helps the office, what browsers keep."""
    text = ConsentText.objects.valid_on(timezone.localdate()).first()
    return render(
        request,
        "admin_module/privacy.html",
        {
            "text": text,
            "notice": form_pdf.notice(text) if text else [],
            "parties": _outside(),
            "kept": kept_in_browsers(),
        },
    )


def _outside() -> list[Party]:
    """Those who get data because a channel is set up; one that is off gets nothing."""
    return [party for party in parties() if party.active]


def kept_in_browsers() -> tuple[Kept, ...]:
    """All of it is needed for what the visitor asked for, so that no consent is (art. 399 PKE)."""
    minutes, hours = settings.SESSION_COOKIE_AGE // MINUTE, settings.SESSION_LONGEST // HOUR
    return (
        Kept(
            settings.SESSION_COOKIE_NAME,
            "rozpoznaje zalogowanego pracownika",
            f"do wylogowania; bez pracy {minutes} min, najdłużej {hours} godz.",
        ),
        Kept(
            settings.CSRF_COOKIE_NAME,
            "chroni formularze przed wysłaniem z obcej strony",
            "do roku",
        ),
        Kept("messages", "przenosi jeden komunikat na następną stronę", "do pokazania komunikatu"),
        Kept(
            "icp-theme",
            "pamięta wybrany wygląd: jasny lub ciemny (pamięć przeglądarki, nie plik cookie)",
            "do zmiany wyglądu",
        ),
    )
