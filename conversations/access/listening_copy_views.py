"""From a request at its handing over to the page on which its copies are made."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from conversations.models import AccessRequest, Conversation
from conversations.playback import exporting
from conversations.playback.listening import Case
from conversations.playback.rights import Refused
from conversations.playback.sessions import LEAST_REASON

from . import listening_copies
from .seeing import visible_to


class CopyForm(forms.Form):
    """`typed` is asked for where the words of a call have to be written down by somebody."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=LEAST_REASON,
        max_length=2000,
        help_text=gettext_lazy("Who made the copy, when and why stands in the log."),
        error_messages={
            "required": gettext_lazy("Write why the copy is made, with the decision it follows."),
            "min_length": gettext_lazy("Write why, in at least %(limit_value)d letters."),
        },
    )
    typed = forms.CharField(
        label=gettext_lazy("What was said"),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=100_000,
        help_text=gettext_lazy("Word for word, one line for each speaker."),
        error_messages={"required": gettext_lazy("Write down what was said.")},
    )

    def __init__(self, data: Any = None, *, typed: bool) -> None:
        super().__init__(data)
        if not typed:
            del self.fields["typed"]


@staff_may(exporting.EXPORT)
@require_http_methods(["GET", "POST"])
def access_copy(request: StaffRequest, pk: int, conversation: int) -> HttpResponse:
    """Make the copy that the decision gives; what is missing for it is said on the page."""
    row = get_object_or_404(visible_to(request.user), pk=pk)
    item = get_object_or_404(
        Conversation.objects.filter(asked_for_by__request=row), pk=conversation
    )
    lacking = exporting.lacking(Case(request=row, user=request.user, conversation=item))
    data = request.POST if request.method == "POST" else None
    form = CopyForm(data, typed=exporting.is_typed(row, item))
    if form.is_bound and form.is_valid() and _made(request, row, item, form):
        return redirect("access-request", row.pk)
    context = {
        "row": row,
        "item": item,
        "form": form,
        "lacking": [words for _code, words in lacking],
    }
    status = 422 if form.is_bound else 200
    return render(request, "conversations/listening/access_copy.html", context, status=status)


def _made(request: StaffRequest, row: AccessRequest, item: Conversation, form: CopyForm) -> bool:
    data = form.cleaned_data
    try:
        listening_copies.make(
            row,
            item,
            data["reason"],
            by=request.user,
            session_key=request.session.session_key or "",
            typed=data.get("typed", ""),
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("The copy is made: it stands among the papers of the case."))
    return True
