"""From a person's card to what was sent to them and why, who looked at them, and the copy of their data."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.about_person import looks, making, sent
from recipients.models import PersonFile, Recipient, RightsRequest, living

A_PAGE, ALL = 50, 2000


class CopyForm(forms.Form):
    """How the person asked to see their data."""

    how = forms.ChoiceField(
        label=gettext_lazy("How the person asked for it"),
        choices=RightsRequest.How.choices,
        widget=forms.RadioSelect,
    )


@staff_may("recipients.trace_recipient")
@require_GET
def person_trace(request: StaffRequest, pk: int) -> HttpResponse:
    """What was sent to the person, what became of it, and which condition meant them."""
    person = _opened(request, pk, "recipient.trace_opened")
    page = Paginator(sent.of(person), _size(request)).get_page(request.GET.get("page"))
    rows = sent.described(list(page.object_list), person, request.user)
    context = {"recipient": person, "page_obj": page, "rows": rows, "all": ALL}
    return render(request, "messaging/about_person/person_trace.html", context)


@staff_may("recipients.trace_recipient")
@require_GET
def person_looks(request: StaffRequest, pk: int) -> HttpResponse:
    """Who looked at the person, when and as what."""
    person = _opened(request, pk, "recipient.trace_opened")
    page = Paginator(looks.of(person), _size(request)).get_page(request.GET.get("page"))
    rows = looks.described(page.object_list)
    context = {"recipient": person, "page_obj": page, "rows": rows, "all": ALL}
    return render(request, "messaging/about_person/person_looks.html", context)


def _size(request: StaffRequest) -> int:
    return ALL if request.GET.get("wszystko") else A_PAGE


def _opened(request: StaffRequest, pk: int, action: str) -> Recipient:
    person = get_object_or_404(living(request.user), pk=pk)
    audit.record(action, person, by=request.user)
    return person


@staff_may("recipients.copy_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("export")
def person_copy(request: StaffRequest, pk: int) -> HttpResponse:
    """The copies that there are, and the button that makes them anew."""
    person = _opened(request, pk, "recipient.opened")
    asked = RightsRequest.objects.open().filter(recipient=person, kind="view").first()
    posted = request.method == "POST"
    form = CopyForm(request.POST if posted else None, initial={"how": asked.how if asked else None})
    if posted and form.is_valid():
        making.make(person, by=request.user, how=form.cleaned_data["how"])
        messages.success(request, _("The copy is ready: a PDF to be read and a JSON for programs."))
        return redirect("person-copy", pk)
    files = making.ready(making.of(person).order_by("-purpose"))
    context = {"recipient": person, "form": form, "files": files, "asked": asked}
    return render(
        request, "messaging/about_person/person_copy.html", context, status=422 if posted else 200
    )


@staff_may("recipients.copy_recipient")
@require_POST
def person_copy_delete(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(living(request.user), pk=pk)
    if making.forget(person, by=request.user):
        messages.success(request, _("The copy is deleted."))
    return redirect("person-copy", pk)


@staff_may("recipients.copy_recipient")
@require_GET
@limited("export")
def person_copy_file(request: StaffRequest, pk: int, file: int) -> StreamingHttpResponse:
    """One of the two files: sealed at rest, opened while it is sent."""
    person = get_object_or_404(living(request.user), pk=pk)
    found: PersonFile = get_object_or_404(making.of(person).live(), pk=file)
    try:
        reader = found.open()
    except FileNotFoundError:
        raise Http404 from None
    detail: dict[str, object] = {"file": found.pk, "purpose": found.purpose}
    audit.record("recipient.copy_downloaded", person, by=request.user, detail=detail)
    response = StreamingHttpResponse(reader, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{making.file_name(found)}"'
    return response
