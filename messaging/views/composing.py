"""From the compose screen to a saved draft, and back with counts, prices and previews."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.town_map import shows_map
from icp.rate_limits import limited
from messaging.composing.foreseeing import by_district
from messaging.composing.outlook import Outlook, look_ahead
from messaging.forms import CHANNEL_NAMES, MessageForm
from messaging.forms.steps import steps_in_words
from messaging.models import Message, UnsavedWork
from messaging.models.message import Audience
from messaging.steps import approving, drafting, following, unsaved
from messaging.steps.class_rules import rules_of
from messaging.texts import attachments
from messaging.texts.previewing import Reader, reader_from
from recipients.address_register.addresses import find_streets
from recipients.filter_editor import AudienceBuilder, Editor
from recipients.filtering import audience

from .asides import aside_of
from .writing import beside

COMPLETE = {"check"}
MOST_OFFERED = 5


@dataclass
class Screen:
    """Everything the compose screen shows, whether it is right yet or not."""

    request: StaffRequest
    form: MessageForm
    builder: AudienceBuilder
    message: Message

    @classmethod
    def read(cls, request: StaffRequest, stored: Message | None) -> "Screen":
        """From the stored draft, or from what was just sent over it."""
        message = stored or Message(author=request.user, unit=request.user.unit)
        if request.method == "POST":
            return cls._typed(request, request.POST, message)
        wanted = request.GET.get("przywroc", "")
        work = unsaved.of(request.user, stored).filter(pk=int(wanted)) if wanted.isdecimal() else ()
        for one in work:
            return cls._typed(request, unsaved.posted_of(one), message)
        return cls._stored(request, stored, message)

    @classmethod
    def _typed(cls, request: StaffRequest, posted: QueryDict, message: Message) -> "Screen":
        """From the fields as a browser sends them, now or some time ago."""
        complete = request.POST.get("action") in COMPLETE
        form = MessageForm(posted, user=request.user, complete=complete)
        builder = AudienceBuilder(posted, by=request.user)
        screen = cls(request, form, builder, message)
        screen.fill_in()
        return screen

    @classmethod
    def _stored(cls, request: StaffRequest, stored: Message | None, message: Message) -> "Screen":
        builder = AudienceBuilder(stored=message.audience.filter, by=request.user)
        initial = MessageForm.initial_for(stored) | {"filter": builder.raw}
        form = MessageForm(initial=initial, user=request.user)
        if stored is not None and request.GET.get("check"):
            form = MessageForm.of(stored, user=request.user)
            if stored.follows_id is None:
                builder.require()
        elif stored is None:
            message.channels = initial["channels"]
        return cls(request, form, builder, message)

    def fill_in(self) -> None:
        """Check both parts, so that both speak, and put what is valid into the message."""
        self.form.full_clean()
        self.form.fill_in(self.message)
        self.message.form_key = self.message.form_key or self.form.cleaned_data.get("form_key")
        if self.message.follows_id is not None:
            following.hold(self.message)  # nothing that is typed widens whom it is for
        elif self.builder.is_valid():
            words = (
                ""
                if self.builder.is_empty
                else audience.describe(audience.parse(self.builder.filter))
            )
            self.message.audience = Audience(self.builder.filter, words)
            if self.form.complete:
                self.builder.require()

    @property
    def is_valid(self) -> bool:
        return not self.form.errors and not self.builder.errors()

    @property
    def editor(self) -> Editor:
        return Editor.read(
            self.request,
            self.builder,
            form_id="compose",
            find_url="message-people",
            streets_url="message-streets",
        )

    @property
    def outlook(self) -> Outlook:
        return look_ahead(self.message, self.message.audience.filter, by=self.request.user)

    @property
    def unsaved(self) -> list[tuple[UnsavedWork, str]]:
        """What could be given back on this page: nothing while something is being typed."""
        if self.form.is_bound or self.request.method != "GET":
            return []
        found = unsaved.of(self.request.user, self.message if self.message.pk else None)
        return [(work, unsaved.title_of(work)) for work in found[:MOST_OFFERED]]

    def context(self, reader: Reader | None = None) -> dict[str, Any]:
        message = self.message
        outlook = self.outlook
        self.form.mark_needed()
        return {
            "message": message,
            "returned": approving.last_no(message) if message.pk else None,
            "editor": self.editor,
            "audience_errors": self.builder.errors(),
            "outlook": outlook,
            "attached": attachments.files_of(message) if message.pk else (),
            "klasses": KLASSES,
            "class_rules": rules_of(message),
            "forecast": by_district(message, by=self.request.user),
            "unsaved": self.unsaved,
            **beside(self.request, self.form, message, people=outlook.sms.people, reader=reader),
        }


KLASSES = {
    Message.Klass.INFORMATION: ("info", ""),
    Message.Klass.WARNING: ("triangle-alert", "choice-warn"),
    Message.Klass.ALARM: ("siren", "choice-danger"),
}


@staff_may("messaging.add_message")
@require_http_methods(["GET", "POST"])
@shows_map
def message_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Write a message. Every button but "save" and "check" only shows the screen again."""
    stored = get_object_or_404(Message.objects.visible_to(request.user), pk=pk) if pk else None
    if stored is not None and stored.status != Message.Status.DRAFT:
        return _gone(request, stored)
    screen = Screen.read(request, stored)
    action = request.POST.get("action", "save")
    extra = aside_of(request, screen, action)
    if action.startswith("copy-"):
        screen.form.copy_polish(action.removeprefix("copy-"))
    if request.method != "POST" or action not in {"save", "check", "attachments"}:
        return render(request, "messaging/compose/message_edit.html", screen.context() | extra)
    if not screen.is_valid:
        context = screen.context() | extra
        return render(request, "messaging/compose/message_edit.html", context, status=422)
    return _save(screen, then=action)


def _save(screen: Screen, *, then: str) -> HttpResponse:
    revision = screen.form.cleaned_data.get("revision") or 0
    try:
        message = drafting.save(screen.message, by=screen.request.user, revision=revision)
    except drafting.StaleDraft as stale:
        return _conflict(screen, stale.current)
    except drafting.NotADraft:
        return _gone(screen.request, screen.message)
    unsaved.drop(screen.request.user, [message.form_key, message.uid])
    if then in {"check", "attachments"}:
        return redirect(f"message-{then}", pk=message.pk)
    notices.success(screen.request, _("The draft is saved."))
    return redirect("message-edit", pk=message.pk)


def _gone(request: StaffRequest, message: Message) -> HttpResponse:
    """The draft left its editors' hands; whoever saves it now is told that nothing was saved."""
    if request.method == "POST":
        notices.warning(
            request, _("This message has been sent meanwhile. Your changes were not saved.")
        )
    return redirect("message-progress", pk=message.pk)


def _conflict(screen: Screen, theirs: Message) -> HttpResponse:
    """Both versions side by side; the audience travels as its JSON and is compared in words."""
    form = screen.form
    carried = screen.request.POST.copy()
    carried["filter"] = screen.builder.as_json
    form.data = carried
    return conflict(
        screen.request,
        _readable(screen.message),
        _readable(theirs),
        form,
        revision=theirs.revision,
    )


def _readable(message: Message) -> dict[str, object]:
    text = message.text
    return {
        "klass": message.get_klass_display(),
        "topic": str(message.topic or "–"),
        "title": text.title,
        "short": text.short,
        "long": text.long,
        "channels": ", ".join(str(CHANNEL_NAMES[kind]) for kind in message.chosen_channels),
        "transliterate_sms": _("yes") if text.transliterate_sms else _("no"),
        "sender_name": text.sender_name,
        "reply_to": text.reply_to,
        "due_at": message.due_at or "",
        "expires_at": message.expires_at or "",
        "public": _("yes") if message.public else _("no"),
        **steps_in_words(message),
        "filter": message.audience.words,
    }


@staff_may("messaging.add_message")
@require_POST
def message_live(request: StaffRequest) -> HttpResponse:
    """The parts of the screen that follow the typing: count, channels, SMS parts, preview, sum."""
    screen = Screen.read(request, following.unsaved(request.POST, by=request.user))
    return render(request, "messaging/compose/live.html", screen.context())


@staff_may("messaging.add_message")
@require_POST
def message_preview(request: StaffRequest) -> HttpResponse:
    """The preview through the eyes of a real person, for those who may open people's cards."""
    screen = Screen.read(request, following.unsaved(request.POST, by=request.user))
    real = request.user.has_perm("recipients.view_recipient")
    filter_ = screen.message.audience.filter if real else {}
    return render(
        request,
        "messaging/compose/preview.html",
        screen.context(reader_from(filter_, by=request.user)),
    )


@staff_may("messaging.add_message")
@require_POST
@limited("search")
def message_people(request: StaffRequest) -> HttpResponse:
    """People found by what was typed, to be ticked by name."""
    editor = Screen.read(request, following.unsaved(request.POST, by=request.user)).editor
    context = {"editor": editor, "picker": editor.asked(request.POST.get("action", ""))}
    return render(request, "recipients/filter/people.html", context)


@staff_may("messaging.add_message")
@require_GET
def message_streets(request: StaffRequest) -> HttpResponse:
    """Options for the street fields' datalist."""
    streets = find_streets(request.GET.get("street", ""), limit=12)
    return render(request, "recipients/filter/streets.html", {"streets": streets})
