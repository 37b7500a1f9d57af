"""From one person, ticked rows, a search or a pasted list to the people of a group."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients.filter_editor import reach
from recipients.filtering import audience, groups
from recipients.forms.group import IntoGroupForm, MembershipForm, PasteForm, ids_in
from recipients.lookup import search
from recipients.models import Recipient, RecipientGroup, living

PER_PAGE = 25
TAKEN_OUT = "group_taken_out"  # of the session: [group, ids], for who wants to put them back


@staff_may("recipients.view_recipientgroup")
@require_GET
def group_card(request: StaffRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(RecipientGroup.objects.visible_to(request.user), pk=pk)
    may_see = request.user.has_perm("recipients.view_recipient")
    page = _members(group, request) if may_see else None
    taken = request.session.get(TAKEN_OUT)
    context = {
        "group": group,
        "outlook": reach({"groups": [pk]}, by=request.user),
        "page_obj": page,
        "people": page.object_list if page else [],
        "saved": groups.filter_of(group),
        "uses": groups.uses_of(group),
        "taken_out": taken[1] if taken and taken[0] == pk else [],
    }
    return render(request, "recipients/groups/group_card.html", context)


def _members(group: RecipientGroup, request: StaffRequest) -> Page:
    """People of the group whom the reader may see; only one page's data are opened."""
    ids = audience.resolve(audience.parse({"groups": [group.pk]})).tolist()
    if request.user.scope is not None:
        own = set(living(request.user).values_list("pk", flat=True))
        ids = [pk for pk in ids if pk in own]
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    people = Recipient.objects.in_bulk(list(page.object_list))
    page.object_list = [people[pk] for pk in page.object_list if pk in people]
    _record_looks(request, page.object_list)
    return page


def _record_looks(request: StaffRequest, people: Any) -> None:
    detail: dict[str, object] = {"recipients": [person.pk for person in people]}
    if people:
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)


@staff_may("recipients.change_recipientgroup")
@require_http_methods(["GET", "POST"])
@limited("search")
def group_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Fill a fixed group: find people and tick them, or paste a list."""
    group = get_object_or_404(groups.fixed_seen_by(request.user), pk=pk)
    if not request.user.has_perm("recipients.view_recipient"):
        raise PermissionDenied  # a list that is pasted tells who is registered
    if request.method == "POST" and "people" in request.POST:
        return _add(request, group, ids_in(request.POST.getlist("people")))
    if "lines" in request.POST:
        return _paste(request, group)
    context = {"group": group, "paste": PasteForm(), "query": request.POST.get("q", "")}
    if context["query"]:
        context |= _found(request, group, str(context["query"]))
    return render(request, "recipients/groups/group_add.html", context)


def _found(request: StaffRequest, group: RecipientGroup, query: str) -> dict[str, object]:
    hits = search.search(query, by=request.user)
    rows = {person.pk: person for person in living(request.user).filter(pk__in=hits.ids)}
    people = [rows[pk] for pk in hits.ids if pk in rows]
    _record_looks(request, people)
    inside = groups.Members.objects.filter(recipientgroup=group, recipient__in=rows)
    return {
        "found": hits,
        "people": people,
        "inside": set(inside.values_list("recipient_id", flat=True)),
    }


def _add(request: StaffRequest, group: RecipientGroup, ids: list[int]) -> HttpResponse:
    _say_added(request, len(groups.add(group, ids, by=request.user)))
    request.session.pop(TAKEN_OUT, None)
    return redirect("group-card", group.pk)


def _say_added(request: StaffRequest, number: int) -> None:
    words = ngettext(
        "%(n)s person was added to the group.", "%(n)s people were added to the group.", number
    )
    if number:
        messages.success(request, words % {"n": number})
    else:
        messages.info(request, _("Nobody new: the people chosen were in the group before."))


def _paste(request: StaffRequest, group: RecipientGroup) -> HttpResponse:
    """Add whom the list names; lines that name nobody come back, and only to this page."""
    form = PasteForm(request.POST)
    context: dict[str, object] = {"group": group, "paste": form, "query": ""}
    if not form.is_valid():
        return render(request, "recipients/groups/group_add.html", context, status=422)
    pasted = form.people(by=request.user)
    added = groups.add(group, pasted.people, by=request.user)
    _say_added(request, len(added))
    if not pasted.unknown:
        return redirect("group-card", group.pk)
    context |= {"paste": PasteForm(), "unknown": pasted.unknown}
    return render(request, "recipients/groups/group_add.html", context)


@staff_may("recipients.change_recipientgroup")
@require_POST
def group_take_out(request: StaffRequest, pk: int) -> HttpResponse:
    """Take ticked people out; the card offers to put them back."""
    group = get_object_or_404(groups.fixed_seen_by(request.user), pk=pk)
    gone = groups.take_out(group, ids_in(request.POST.getlist("people")), by=request.user)
    if gone:
        words = ngettext(
            "%(n)s person was taken out of the group.",
            "%(n)s people were taken out of the group.",
            len(gone),
        )
        messages.success(request, words % {"n": len(gone)})
        request.session[TAKEN_OUT] = [pk, gone]
    else:
        messages.info(request, _("Tick the people to take out first."))
    return redirect("group-card", pk)


@staff_may("recipients.change_recipientgroup")
@require_POST
def people_to_group(request: StaffRequest) -> HttpResponse:
    """Rows ticked on the list of people go into a group."""
    form = IntoGroupForm(request.POST, by=request.user)
    ids = ids_in(request.POST.getlist("people"))
    if not ids:
        messages.warning(request, _("Tick the people first, then choose the group."))
    elif not form.is_valid():
        messages.warning(request, _("Choose the group."))
    else:
        return _add(request, form.cleaned_data["group"], ids)
    return redirect("recipient-list")


@staff_may("recipients.change_recipientgroup")
@require_http_methods(["GET", "POST"])
def recipient_groups(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick the groups of one person."""
    person = get_object_or_404(living(request.user), pk=pk)
    now = {"groups": list(groups.fixed_seen_by(request.user).filter(members=person))}
    form = MembershipForm(
        request.POST if request.method == "POST" else None, initial=now, by=request.user
    )
    if form.is_bound and form.is_valid():
        changes = groups.set_groups(person, form.cleaned_data["groups"], by=request.user)
        messages.success(request, _("Groups saved.") if changes else _("Nothing was changed."))
        return redirect("recipient-card", pk)
    audit.record("recipient.opened", person, by=request.user)
    status = 422 if form.is_bound else 200
    context = {"form": form, "recipient": person}
    return render(request, "recipients/groups/recipient_groups.html", context, status=status)
