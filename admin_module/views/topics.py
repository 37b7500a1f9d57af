"""From the topics as they are to a list of them, a form over one, and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import User
from consents import topics, wording
from consents.forms import TopicForm, words_of
from consents.models import Topic
from recipients.models import CONTACT_KINDS

FIELDS = (
    "pk", "name", "description", "unit", "mandatory", "legal_basis", "commercial", "channels",
    "revision",
)  # fmt: skip
FEW = 5  # smaller numbers are hidden from staff of one unit


@staff_may("consents.view_topic")
@require_GET
def topic_list(request: StaffRequest) -> HttpResponse:
    rows = list(Topic.objects.visible_to(request.user).select_related("unit"))
    agreed = topics.agreed(rows)
    shown = [(topic, _cells(topic, agreed[topic.pk], request.user)) for topic in rows]
    context = {
        "open": [row for row in shown if not row[0].closed],
        "closed": [row for row in shown if row[0].closed],
        "kinds": CONTACT_KINDS,
        "room": topics.MOST - Topic.objects.count(),
        "most": topics.MOST,
    }
    return render(request, "consents/topic_list.html", context)


@staff_may("consents.add_topic")
@require_http_methods(["GET", "POST"])
def topic_new(request: StaffRequest) -> HttpResponse:
    start = {"channels": CONTACT_KINDS}
    posted = request.POST if request.method == "POST" else None
    form = TopicForm(posted, by=request.user, initial=start)
    if form.is_bound and form.is_valid():
        try:
            topic = topics.add(form.data_checked, by=request.user)
        except topics.NoRoom as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("The topic “%(name)s” is open: people may agree to it from now on.")
            messages.success(request, said % {"name": topic.name})
            return redirect("topic-list")
    context = {"form": form, "topic": None}
    return render(
        request, "consents/topic_edit.html", context, status=422 if form.is_bound else 200
    )


@staff_may("consents.change_topic")
@require_http_methods(["GET", "POST"])
def topic_edit(request: StaffRequest, pk: int) -> HttpResponse:
    topic = _mine(request, pk)
    form = _form(request, topic)
    if form.is_bound and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            topics.change(topic, form.data_checked, revision=revision, by=request.user)
        except topics.StaleTopic as stale:
            mine, theirs = words_of(form.cleaned_data), words_of(_values(stale.theirs))
            return conflict(request, mine, theirs, form, revision=stale.theirs.revision)
        messages.success(request, _("The topic is saved."))
        return redirect("topic-list")
    context = {"form": form, "topic": topic, "versions": wording.acts_by_version(pk)}
    return render(
        request, "consents/topic_edit.html", context, status=422 if form.is_bound else 200
    )


@staff_may("consents.change_topic")
@require_http_methods(["GET", "POST"])
def topic_close(request: StaffRequest, pk: int) -> HttpResponse:
    topic = _mine(request, pk)
    if request.method == "POST":
        if topics.close(topic, by=request.user):
            messages.success(request, _("The topic is closed. You can open it again."))
        return redirect("topic-list")
    people = max(topics.agreed([topic])[pk].values())
    return render(request, "consents/topic_close.html", {"topic": topic, "people": people})


@staff_may("consents.change_topic")
@require_POST
def topic_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    if topics.reopen(_mine(request, pk), by=request.user):
        messages.success(request, _("The topic is open again."))
    return redirect("topic-list")


@staff_may("consents.change_topic")
@require_POST
def topic_move(request: StaffRequest, pk: int) -> HttpResponse:
    topics.move(_mine(request, pk), up="up" in request.POST, by=request.user)
    return redirect("topic-list")


def _mine(request: StaffRequest, pk: int) -> Topic:
    return get_object_or_404(Topic.objects.visible_to(request.user).select_related("unit"), pk=pk)


def _form(request: StaffRequest, topic: Topic) -> TopicForm:
    posted = request.POST if request.method == "POST" else None
    agreed = topics.ever_agreed(topic)
    return TopicForm(posted, by=request.user, agreed=agreed, initial=_values(topic))


def _values(topic: Topic) -> dict[str, Any]:
    return {name: getattr(topic, name) for name in FIELDS}


def _cells(topic: Topic, numbers: dict[str, int], by: User) -> list[tuple[str, bool, int | None]]:
    """Each kind of contact: is it offered, and how many agree; None hides a small number."""
    hide = by.scope is not None
    return [
        (kind, kind in topic.channels, None if hide and numbers[kind] < FEW else numbers[kind])
        for kind in CONTACT_KINDS
    ]
