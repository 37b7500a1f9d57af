"""From the list of notices to the words of one: read, written anew, put back to the order's; every version stays."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from conversations.models import NoticeVersion
from conversations.register import notice_words, notices
from conversations.register.line_forms import NoticeForm

SHOWN = 30


@staff_may("conversations.view_line")
@require_GET
def notice_list(request: StaffRequest) -> HttpResponse:
    rows = [notices.current(*key) for key in notice_words.WORDS]
    return render(request, "conversations/register/notice_list.html", {"rows": rows})


@staff_may("conversations.manage_line")
@require_http_methods(["GET", "POST"])
def notice_edit(request: StaffRequest, channel: str, part: str, language: str) -> HttpResponse:
    version = _known(channel, part, language)
    form = NoticeForm(request.POST if request.method == "POST" else None, version=version)
    if form.is_bound and form.is_valid():
        notices.write(channel, part, language, form.cleaned_data["text"], by=request.user)
        messages.success(request, _("The notice is saved as a new version; it holds at once."))
        return redirect("notice-list")
    earlier = NoticeVersion.objects.filter(channel=channel, part=part, language=language)
    context = {
        "form": form,
        "version": version,
        "versions": earlier.select_related("author").order_by("-valid_from", "-id")[:SHOWN],
        "names": notice_words.names(channel, language),
    }
    status = 422 if form.is_bound else 200
    return render(request, "conversations/register/notice_edit.html", context, status=status)


@staff_may("conversations.manage_line")
@require_POST
def notice_restore(request: StaffRequest, channel: str, part: str, language: str) -> HttpResponse:
    """The words that ICP came with, as a new version."""
    _known(channel, part, language)
    notices.restore(channel, part, language, by=request.user)
    messages.success(request, _("The words of the order hold again, as a new version."))
    return redirect("notice-edit", channel, part, language)


def _known(channel: str, part: str, language: str) -> NoticeVersion:
    if (channel, part, language) not in notice_words.WORDS:
        raise Http404
    return notices.current(channel, part, language)
