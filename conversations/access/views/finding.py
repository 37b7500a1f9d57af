"""From what the applicant said to the conversation it is about, and from a code by SMS to proof of the number."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.access import facts, finding, identity, steps
from conversations.access.acting import REGISTER
from conversations.access.finding import CodeForm, FindForm
from conversations.access.refusing import WORDS, NotAllowed
from conversations.models import AccessRequest, Conversation
from conversations.retention.holds import TooLate

from .browsing import visible


@staff_may(REGISTER)
@require_http_methods(["GET", "POST"])
def access_find(request: StaffRequest, pk: int) -> HttpResponse:
    """POST searches by a day: what was looked for stands in no address."""
    row = visible(request, pk)
    form = FindForm(request.POST or None)
    day = form.cleaned_data["day"] if form.is_bound and form.is_valid() else None
    found = finding.found(row, day, request.user)
    detail: dict[str, object] = {"conversations": [one.conversation.pk for one in found]}
    audit.record("access_request.searched", row, by=request.user, detail=detail)
    context = {"row": row, "form": form, "day": day, "found": found}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "conversations/access/access_find.html", context, status=status)


@staff_may(REGISTER)
@require_POST
def access_match(request: StaffRequest, pk: int, conversation: int) -> HttpResponse:
    return _changed(request, visible(request, pk), conversation, "match", _("Added and held."))


@staff_may(REGISTER)
@require_POST
def access_unmatch(request: StaffRequest, pk: int, conversation: int) -> HttpResponse:
    row = visible(request, pk)
    if not facts.conversations_of(row).filter(pk=conversation).exists():
        raise Http404
    return _changed(request, row, conversation, "unmatch", _("Taken off; its hold has ended."))


def _changed(
    request: StaffRequest, row: AccessRequest, conversation: int, action: str, done: str
) -> HttpResponse:
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=conversation)
    try:
        steps.perform(row, action, request.user, {"conversation": found})
        messages.success(request, done)
    except (NotAllowed, TooLate) as refusal:
        messages.error(request, str(refusal))
    return redirect("access-request", row.pk)


@staff_may(REGISTER)
@require_http_methods(["GET", "POST"])
def access_code(request: StaffRequest, pk: int) -> HttpResponse:
    """Type what the applicant reads out."""
    row = visible(request, pk)
    if "prove_identity" not in steps.offered(row, request.user):
        messages.warning(request, str(WORDS["no_such_way"]))
        return redirect("access-request", row.pk)
    form = CodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if identity.redeem(row, form.cleaned_data["code"], request.user):
            messages.success(request, _("The number is theirs: the identity is proven."))
            return redirect("access-request", row.pk)
        form.add_error("code", _("This is not the code, or its time is over. Send a new one."))
    sent = row.codes.order_by("-id").first()
    context = {"row": row, "form": form, "sent": sent, "may_send": identity.may_send(row)}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/access/access_code.html", context, status=status)


@staff_may(REGISTER)
@require_POST
def access_code_send(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible(request, pk)
    try:
        identity.send(row, request.user)
        messages.success(request, _("The code is on its way to the applicant’s number."))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("access-code", row.pk)
