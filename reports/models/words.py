"""The words a report is kept in: states, visibility, deadline, where it came from, who did something."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a report stands; `reports.steps.moves.MOVES` says which ways lead on."""

    RECEIVED = "received", pgettext_lazy("report", "received by the system")
    AWAITING = "awaiting_verification", pgettext_lazy("report", "waiting for confirmation")
    ACCEPTED = "accepted", pgettext_lazy("report", "with the person in charge")
    NEEDS_INFO = "needs_info", pgettext_lazy("report", "waiting for more information")
    SCHEDULED = "scheduled", pgettext_lazy("report", "scheduled")
    IN_PROGRESS = "in_progress", pgettext_lazy("report", "in progress")
    FORWARDED = "forwarded", pgettext_lazy("report", "forwarded")
    RESOLVED = "resolved", pgettext_lazy("report", "done")
    REJECTED = "rejected", pgettext_lazy("report", "not taken up")
    DUPLICATE = "duplicate", pgettext_lazy("report", "joined to another report")
    DISPUTED = "disputed", pgettext_lazy("report", "disputed")
    WITHDRAWN = "withdrawn", pgettext_lazy("report", "withdrawn")


CLOSED = (State.RESOLVED, State.REJECTED, State.DUPLICATE, State.WITHDRAWN)
OPEN = tuple(state for state in State if state not in {*CLOSED, State.AWAITING})
# Somebody at the office answers for it: it has a unit.
IN_HAND = (State.ACCEPTED, State.SCHEDULED, State.IN_PROGRESS)


class Visibility(models.TextChoices):
    PRIVATE = "private", _("only for the reporter and the office")
    PENDING = "pending", _("wants to be public, nobody has looked yet")
    PUBLIC = "public", _("public")
    HIDDEN = "hidden", _("hidden by the office")


class Deadline(models.TextChoices):
    NONE = "", pgettext_lazy("deadline", "not counted")  # nobody answers for it yet
    RUNNING = "running", pgettext_lazy("deadline", "running")
    PAUSED = "paused", pgettext_lazy("deadline", "paused")
    MET = "met", pgettext_lazy("deadline", "kept")
    BREACHED = "breached", pgettext_lazy("deadline", "missed")


class Origin(models.TextChoices):
    APP = "app", _("from the app")
    WEB = "web", _("from the website")
    DESK = "desk", _("at the office or by telephone")
    OPEN311 = "open311", _("from another program (Open311)")


class Reason(models.TextChoices):
    """Why nothing is done. That somebody else is in charge is no reason: it is forwarded."""

    NOT_FOUND = "not_found", _("nothing was found on the spot")
    PRIVATE_GROUND = "private_ground", _("private ground")
    AGAINST_THE_LAW = "against_the_law", _("the law forbids it")
    TOO_LITTLE_KNOWN = "too_little_known", _("too little is known")
    ABUSE = "abuse", _("abuse")


class ActorKind(models.TextChoices):
    STAFF = "staff", _("the office")
    REPORTER = "reporter", _("the reporter")
    FOLLOWER = "follower", _("a follower")
    RULE = "rule", _("a rule of routing")
    CLOCK = "clock", _("the calendar")


class EventKind(models.TextChoices):
    MOVED = "moved", _("state")
    ANSWERED = "answered", _("answer to the reporter")
    NOTED = "noted", _("internal note")
    REPLIED = "replied", _("words of the reporter")
    CONFIRMED = "confirmed", _("confirmation of the repair")
    ROUTED = "routed", _("unit")
    ASSIGNED = "assigned", _("person in charge")
    FOLLOWED = "followed", _("followers")
    CHANGED = "changed", _("category or place")
    SHOWN = "shown", _("visibility")
    REMINDED = "reminded", _("reminder")
    LINKED = "linked", _("public notice")
