"""From what an agent types at the desk to a message, a note, a hand-over, the number of a case."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import User
from conversations.models import BODY_LETTERS, ChatInbox, Conversation

from . import seats

TO_VISITOR, AMONG_STAFF = "visitor", "staff"


class SayForm(forms.Form):
    """`body` comes with one sign for a new line, as it is counted on the screen."""

    body = forms.CharField(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": BODY_LETTERS, "class": "input"}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    to = forms.ChoiceField(
        choices=(
            (TO_VISITOR, gettext_lazy("To the visitor")),
            (AMONG_STAFF, gettext_lazy("Note among staff")),
        ),
        widget=forms.RadioSelect,
        initial=TO_VISITOR,
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, body: str = "", only_notes: bool = False) -> None:
        to = AMONG_STAFF if only_notes else TO_VISITOR
        super().__init__(data, initial={"client_id": uuid.uuid4(), "body": body, "to": to})
        if only_notes:
            choices: Any = self.fields["to"]
            choices.choices = [pair for pair in choices.choices if pair[0] == AMONG_STAFF]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        if len(body) > BODY_LETTERS:
            raise ValidationError(
                _("This is too long by %(n)s characters. Send it in two messages."),
                params={"n": len(body) - BODY_LETTERS},
            )
        return body


class SeatForm(forms.Form):
    """How many chats at once."""

    capacity = forms.TypedChoiceField(
        label=gettext_lazy("Chats at once, at most"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, seats.MOST + 1)],
        widget=forms.Select(attrs={"class": "input"}),
    )


class TransferForm(forms.Form):
    """An agent who is here and has room, or an inbox; exactly one of them."""

    agent = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("To an agent")
    )
    inbox = forms.ModelChoiceField(
        ChatInbox.objects.none(), required=False, label=gettext_lazy("To the queue of an inbox")
    )
    note = forms.CharField(
        required=False,
        max_length=BODY_LETTERS,
        label=gettext_lazy("Note for whoever takes it"),
        help_text=gettext_lazy("The visitor does not see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, chat: Conversation, by: User) -> None:
        super().__init__(data)
        others = seats.with_room(seats.present().exclude(user=by))
        agents = [seat.user_id for seat in others if _may_answer(seat.user, chat)]
        agent: Any = self.fields["agent"]
        agent.queryset = User.objects.filter(pk__in=agents)
        agent.empty_label = (
            _("choose an agent") if agents else _("nobody else is here and has room")
        )
        inbox: Any = self.fields["inbox"]
        inbox.queryset = ChatInbox.objects.filter(closed_at=None).order_by("name")
        inbox.empty_label = _("choose an inbox")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(data["agent"]) == bool(data["inbox"]):
            raise ValidationError(_("Choose either an agent or an inbox."))
        return data

    @property
    def target(self) -> User | ChatInbox:
        found: User | ChatInbox = self.cleaned_data["agent"] or self.cleaned_data["inbox"]
        return found


def _may_answer(user: User, chat: Conversation) -> bool:
    sees = user.scope is None or chat.unit_id in user.scope
    return sees and user.has_perm("conversations.handle_chat")
