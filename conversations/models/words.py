"""The words of conversations: what kind, where they stand, how they were begun."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CALL = "call", _("call")
    CHAT = "chat", _("chat")


class Direction(models.TextChoices):
    INCOMING = "in", _("incoming")
    OUTGOING = "out", _("outgoing")


class Source(models.TextChoices):
    """Who registered it; unique together with the identifier it has there."""

    WIDGET = "widget", _("chat of the office")
    TWILIO = "twilio", "Twilio"
    UPLOAD = "upload", _("exchange, by the interface for programs")
    FOLDER = "folder", _("exchange, by the watched folder")
    MANUAL = "manual", _("entered by hand")


class State(models.TextChoices):
    """WAITING → ACTIVE → CLOSED; a chat may leave the queue or come while nobody works."""

    WAITING = "waiting", _("waits in the queue")
    ACTIVE = "active", _("under way")
    CLOSED = "closed", _("ended")
    ABANDONED = "abandoned", _("left the queue")
    OFFLINE = "offline", _("a message left out of hours")


class CallerId(models.TextChoices):
    """§ 4.7: a call is heard only where the caller's number can be identified."""

    ALLOWED = "allowed", _("number shown")
    WITHHELD = "withheld", _("number withheld")
    UNAVAILABLE = "unavailable", _("number unknown")
    NONE = "none", _("no call")


class RecordingMode(models.TextChoices):
    OFF = "off", _("not recorded")
    AFTER_NOTICE = "after_notice", _("recorded after the notice")
    OPT_OUT = "opt_out", _("recorded after the notice; 9 is without a recording")
    OPT_IN = "opt_in", _("recorded only for whoever asks for it")


class PurgeState(models.TextChoices):
    KEPT = "kept", _("kept")
    PURGING = "purging", _("being deleted")
    PURGED = "purged", _("deleted for good")
