"""From the list of staff to one person's card, and to corrections of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import accounts, audit, inviting, locking, second_factor, session
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import AuditEntry, Invitation, User
from admin_module.staff_forms import StaffFilter, StaffForm, of_person
from admin_module.telling import Change, tell_owner
from icp.encryption import canon
from messaging.models import Delivery

PER_PAGE = 50
HISTORY = 30
READ_ONLY = ("staff.listed", "staff.opened")


@staff_may("admin_module.view_user")
@require_GET
def staff_list(request: StaffRequest) -> HttpResponse:
    form = StaffFilter(request.GET, by=request.user)
    people = _chosen(_staff(request), form)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    filtered = any(form.cleaned_data.values()) if form.is_valid() else False
    return _listed(request, list(page.object_list), form, page_obj=page, filtered=filtered)


@staff_may("admin_module.view_user")
@require_POST
def staff_search(request: StaffRequest) -> HttpResponse:
    """Find staff by a part of their name or address; what was typed stands in no address."""
    query = request.POST.get("q", "").strip()
    wanted = canon.fold(query).split()
    people = [person for person in _staff(request) if _fits(person, wanted)]
    audit.record("staff.searched", "admin_module.user", by=request.user)
    return _listed(request, people, StaffFilter({}, by=request.user), query=query)


def _staff(request: StaffRequest) -> list[User]:
    """The staff that this person may see: a few hundred, sorted by their opened names."""
    seen = User.objects.visible_to(request.user).select_related("unit")
    seen = seen.prefetch_related("groups", "invitations")
    return sorted(seen, key=accounts.by_name)


def _fits(person: User, wanted: list[str]) -> bool:
    known = canon.fold(f"{person} {person.profile.position} {person.login} {person.unit}")
    return all(word in known for word in wanted)


def _chosen(people: list[User], form: StaffFilter) -> list[User]:
    if not form.is_valid():
        return people
    role, unit, state = (form.cleaned_data[name] for name in ("role", "unit", "state"))
    return [
        person
        for person in people
        if (not role or role in {group.name for group in person.groups.all()})
        and (unit is None or person.unit_id == unit.pk)
        and (not state or state_of(person) == state)
    ]


def state_of(person: User) -> str:
    """blocked, invited (never set a password), or active."""
    if not person.is_active:
        return "blocked"
    first = [one for one in person.invitations.all() if one.kind == Invitation.Kind.FIRST]
    came = any(one.used_at for one in first) or not first
    return "active" if came else "invited"


def _listed(
    request: StaffRequest, people: list[User], form: StaffFilter, **more: object
) -> HttpResponse:
    if people:
        detail: dict[str, object] = {"staff": [person.pk for person in people]}
        audit.record("staff.listed", "admin_module.user", by=request.user, detail=detail)
    rows = [(person, state_of(person)) for person in people]
    context = {"rows": rows, "form": form, **more}
    return render(request, "admin_module/staff_list.html", context)


@staff_may("admin_module.view_user")
@require_GET
def staff_card(request: StaffRequest, pk: int) -> HttpResponse:
    person = colleague(request, pk)
    audit.record("staff.opened", person, by=request.user)
    waiting = person.invitations.waiting().order_by("-pk").first()
    context = {
        "person": person,
        "state": state_of(person),
        "invitation": waiting,
        "letter": Delivery.objects.filter(letter__invitation=waiting).order_by("-pk").first()
        if waiting
        else None,
        "factors": second_factor.factors_of(person),
        "must_have": second_factor.must_have(person),
        "sessions": session.living(person),
        "locked_until": locking.locked_until(person.login),
        "history": _history(person),
        "own": person.pk == request.user.pk,
    }
    return render(request, "admin_module/staff_card.html", context)


def colleague(request: StaffRequest, pk: int) -> User:
    """A member of staff that this person may see; else there is nobody (404)."""
    seen = User.objects.visible_to(request.user).select_related("unit")
    found: User = get_object_or_404(seen, pk=pk)
    return found


def _history(person: User) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.filter(subject=f"admin_module.user:{person.pk}")
    return entries.exclude(action__in=READ_ONLY).select_related("actor").order_by("-pk")[:HISTORY]


@staff_may("admin_module.change_user")
@require_http_methods(["GET", "POST"])
def staff_edit(request: StaffRequest, pk: int) -> HttpResponse:
    person = colleague(request, pk)
    posted = request.method == "POST"
    form = StaffForm(request.POST if posted else None, initial=of_person(person), by=request.user)
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            accounts.correct(
                person, values["login"], form.profile, values["unit"],
                by=request.user, revision=values["revision"],
            )  # fmt: skip
        except accounts.StaleAccount as stale:
            theirs = of_person(stale.current) | {"unit": str(stale.current.unit)}
            return conflict(request, form.in_words(), theirs, form, revision=stale.current.revision)
        except accounts.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notices.success(request, _("The account was changed."))
            return redirect("staff-card", pk)
    context = {"form": form, "person": person}
    return render(request, "admin_module/staff_edit.html", context, status=422 if posted else 200)


def _reset_factors(person: User, by: User) -> None:
    second_factor.reset(person, by=by)
    tell_owner(person, Change.FACTORS_RESET)


@dataclass(frozen=True, slots=True)
class Move:
    """A confirm page: its words and the step it takes."""

    heading: str | Promise
    what: str | Promise
    action: str | Promise
    done: str | Promise
    step: Callable[[User, User], object]
    danger: bool = False


UNBLOCK = Move(
    gettext_lazy("Unblock the account"),
    gettext_lazy("The person can sign in again; password, roles and second factors are as before."),
    gettext_lazy("Unblock the account"),
    gettext_lazy("The account is open again."),
    accounts.unblock,
)
RESET_PASSWORD = Move(
    gettext_lazy("Set a new password"),
    gettext_lazy(
        "The old password stops working at once and the person is signed out everywhere. "
        "They get a letter with a link that works once, for 7 days."
    ),
    gettext_lazy("Send the link"),
    gettext_lazy("The old password is void; the link is on its way."),
    lambda person, by: inviting.reset_password(person, by=by),
    danger=True,
)
SEND_LINK = Move(
    gettext_lazy("Send the link again"),
    gettext_lazy("The link sent before stops working; the new one works once, for 7 days."),
    gettext_lazy("Send the link again"),
    gettext_lazy("A new link is on its way."),
    lambda person, by: inviting.send_again(person, by=by),
)
REVOKE_LINK = Move(
    gettext_lazy("Take the link back"),
    gettext_lazy("The link sent by e-mail stops working. The account stays; you can send another."),
    gettext_lazy("Take the link back"),
    gettext_lazy("The link does not work any more."),
    lambda person, by: inviting.revoke(person, by=by),
    danger=True,
)
RESET_FACTORS = Move(
    gettext_lazy("Take away the second factors"),
    gettext_lazy(
        "For somebody who lost the telephone and the recovery codes. Apps, passkeys and codes stop "
        "working and the person is signed out everywhere. Make sure that it is really them who asks."
    ),
    gettext_lazy("Take them away"),
    gettext_lazy("The second factors are gone; the person sets up new ones at the next sign-in."),
    _reset_factors,
    danger=True,
)
END_SESSIONS = Move(
    gettext_lazy("Sign out everywhere"),
    gettext_lazy(
        "Every session of this person ends now. What they typed and did not save is lost."
    ),
    gettext_lazy("Sign out everywhere"),
    gettext_lazy("Every session of this person has ended."),
    lambda person, by: session.end_for(person, by=by),
    danger=True,
)
LIFT_LOCK = Move(
    gettext_lazy("Lift the lock"),
    gettext_lazy(
        "Too many wrong passwords were typed. After this the person may try again at once."
    ),
    gettext_lazy("Lift the lock"),
    gettext_lazy("The person may try again."),
    lambda person, by: locking.lift_for(person, by=by),
)


@staff_may("admin_module.change_user")
@require_http_methods(["GET", "POST"])
def staff_move(request: StaffRequest, pk: int, move: Move) -> HttpResponse:
    """Ask whether, then take one step about a colleague's account."""
    person = colleague(request, pk)
    problem = ""
    if request.method == "POST":
        try:
            _not_oneself(person, request.user)
            move.step(person, request.user)
        except accounts.Refused as refusal:
            problem = str(refusal)
        else:
            notices.success(request, str(move.done))
            return redirect("staff-card", pk)
    context = {"person": person, "move": move, "problem": problem}
    status = 422 if problem else 200
    return render(request, "admin_module/staff_move.html", context, status=status)


def _not_oneself(person: User, by: User) -> None:
    """One's own door has a page that asks for proofs; this one must not be a way around it."""
    if person.pk == by.pk:
        raise accounts.Refused(_("Do this on the page of your account, or ask a colleague."))
