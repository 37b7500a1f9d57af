"""From the page of a step to the request at its next one, or to what stands against it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import REVISION, StaffRequest, staff_may
from conversations.access import steps
from conversations.access.acting import WHO
from conversations.access.card import card_of
from conversations.access.refusing import WORDS, NotAllowed, Stale
from conversations.access.step_forms import StepForm
from conversations.access.step_pages import BY_SLUG, FIELD_OF, PAGES
from conversations.models import AccessRequest

from .browsing import VIEW, visible


@staff_may(VIEW)
@require_http_methods(["GET", "POST"])
def access_step(request: StaffRequest, pk: int, slug: str) -> HttpResponse:
    row = visible(request, pk)
    name = BY_SLUG.get(slug, "")
    if name not in steps.offered(row, request.user):
        return _moved_on(request, row, name)
    form = PAGES[name].form(request.POST or None, request=row, by=request.user)
    if form.is_bound and form.is_valid():
        done = _taken(request, row, name, form)
        if done is not None:
            return done
    return _page(request, row, name, form)


def _moved_on(request: StaffRequest, row: AccessRequest, name: str) -> HttpResponse:
    """Back to the card with a word: the step is somebody else's, or past."""
    if not name:
        raise Http404
    theirs = WHO[steps.ACTIONS[name].who](request.user)
    messages.warning(request, str(WORDS["no_such_way" if theirs else "not_yours"]))
    return redirect("access-request", row.pk)


def _taken(
    request: StaffRequest, row: AccessRequest, name: str, form: StepForm
) -> HttpResponse | None:
    """Where to go after the step; None where the form says what is wrong."""
    try:
        steps.perform(row, name, request.user, form.given)
    except Stale as stale:
        return _crossed(request, stale.current, name, form)
    except NotAllowed as refusal:
        field = FIELD_OF.get(refusal.code)
        form.add_error(field if field in form.fields else None, str(refusal))
        return None
    messages.success(request, _("Done. The request stands at: %(step)s.") % {
        "step": row.get_step_display()
    })  # fmt: skip
    return redirect("access-request", row.pk)


def _crossed(
    request: StaffRequest, current: AccessRequest, name: str, form: StepForm
) -> HttpResponse:
    """Somebody took a step meanwhile: the words stay, and sending them again is done over the newest version."""
    if name not in steps.offered(current, request.user):
        return _moved_on(request, current, name)
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data[form.add_prefix(REVISION)] = str(current.revision)
    form.data = data
    return _page(request, current, name, form, stale=True)


def _page(
    request: StaffRequest, row: AccessRequest, name: str, form: StepForm, *, stale: bool = False
) -> HttpResponse:
    audit.record("access_request.opened", row, by=request.user)
    lacking = [str(WORDS[code]) for code in steps.missing(row, name, request.user)]
    context = {
        "row": row,
        "card": card_of(row, request.user),
        "page": PAGES[name],
        "name": name,
        "form": form,
        "lacking": lacking,
        "stale": stale,
    }
    status = 409 if stale else 422 if form.is_bound else 200
    return render(request, "conversations/access/access_step.html", context, status=status)
