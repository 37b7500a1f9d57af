"""From the one search box and the list to a person's card; every look at people is recorded."""

from collections.abc import Iterable, Mapping

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import AuditEntry, User
from consents.models import Consent
from icp.rate_limits import limited
from recipients.address_register import addresses
from recipients.contacts import address_health, code_states
from recipients.contacts.address_health import Health
from recipients.contacts.code_states import CodeState
from recipients.filtering import groups
from recipients.forms import ticking
from recipients.lookup import search
from recipients.models import CONTACT_KINDS, ContactPoint, Recipient, RecipientGroup, Sex
from recipients.people.registration import WISHES
from recipients.same_person import joining
from recipients.values import checks, guardians

PER_PAGE = 25
HISTORY = 50
REQUESTS = 5
OPEN_FIRST = (F("closed_at").desc(nulls_first=True), "due_on", "-pk")
LOOKS = ("recipient.opened", "recipient.listed")
# A hit on one of these is meant for one person: their card opens at once.
EXACT = ("pesel", "identifier", "email", "sms", "epuap")
State = Recipient.State


@staff_may("recipients.view_recipient")
@require_GET
@limited("search")
def recipient_list(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("stan", "")
    chosen = state if state in State.values else ""
    people = (
        Recipient.objects.visible_to(request.user)
        .order_by("-pk")
        .prefetch_related("contact_points")
    )
    people = people.filter(state=chosen) if chosen else people.exclude(state__in=Recipient.GONE)
    to_check = request.GET.get("adresy") == "sprawdz"
    if to_check:
        people = people.filter(pk__in=address_health.people_to_check())
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    _record_looks(request, page.object_list)
    context = {
        "page_obj": page,
        "people": page.object_list,
        "state": chosen,
        "to_check": to_check,
        "states": State,
        "into_groups": _into_groups(request),
    }
    return render(request, "recipients/recipient_list.html", context)


@staff_may("recipients.view_recipient")
@require_POST
@limited("search")
def recipient_search(request: StaffRequest) -> HttpResponse:
    """Find people; what was typed stands in the body of the request and in no address."""
    query = request.POST.get("q", "")
    found = search.search(query, by=request.user)
    if len(found.ids) == 1 and found.understood == "form":
        return redirect("form-receive", query.strip().upper())
    if len(found.ids) == 1 and found.understood in EXACT:
        return redirect("recipient-card", found.ids[0])
    people = _in_order(found.ids, request)
    _record_looks(request, people)
    context = {
        "people": people,
        "found": found,
        "query": query,
        "states": State,
        "into_groups": _into_groups(request),
    }
    return render(request, "recipients/recipient_list.html", context)


def _into_groups(request: StaffRequest) -> Iterable[RecipientGroup]:
    """Where ticked people may be put."""
    if not request.user.has_perm("recipients.change_recipientgroup"):
        return ()
    return groups.fixed_seen_by(request.user).order_by("name")


def _in_order(pks: list[int], request: StaffRequest) -> list[Recipient]:
    visible = Recipient.objects.visible_to(request.user)
    people = visible.prefetch_related("contact_points").filter(pk__in=pks)
    by_pk = {person.pk: person for person in people}
    return [by_pk[pk] for pk in pks if pk in by_pk]


def _record_looks(request: StaffRequest, people: Iterable[Recipient]) -> None:
    """Names on a list are personal data that somebody read (KRI, accountability)."""
    pks = [person.pk for person in people]
    if pks:
        detail: dict[str, object] = {"recipients": pks}
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)


@staff_may("recipients.view_recipient")
@require_GET
def recipient_card(request: StaffRequest, pk: int) -> HttpResponse:
    recipient = get_object_or_404(Recipient.objects.visible_to(request.user), pk=pk)
    if recipient.state == State.MERGED:
        return redirect("recipient-card", recipient.merged_into_id)
    audit.record("recipient.opened", recipient, by=request.user)
    context = {
        "recipient": recipient,
        "points": _points(recipient),
        "devices": recipient.devices.order_by("-last_used_at"),
        "sex": Sex(recipient.identity.sex).label if recipient.identity else "",
        "address": addresses.in_words(recipient.address) if recipient.address else "",
        "wish": WISHES.get(recipient.wish_how, ""),
        "rows": _sourced(recipient, request.user),
        "outgrown": recipient.identity and guardians.outgrown(recipient.identity.birth_date),
        "paper_code": code_states.on_paper(recipient),
        "documents": recipient.epuap_documents.order_by("-pk")[:REQUESTS],
        "requests": recipient.rights_requests.order_by(*OPEN_FIRST)[:REQUESTS],
        "groups": groups.fixed_seen_by(request.user).filter(members=recipient).order_by("name"),
        "aliases": Recipient.objects.filter(merged_into=recipient).order_by("pk"),
        "forms": recipient.consent_forms.select_related("text").order_by("-pk"),
        "history": _history(recipient),
    }
    return render(request, "recipients/card/recipient_card.html", context)


def _points(recipient: Recipient) -> list[tuple[ContactPoint, str, CodeState | None, Health]]:
    """The ways to a person in the order of channels, each with its value as people
    read it, the newest code to it, and whether messages come back from it."""
    points = list(recipient.contact_points.all())
    codes, health = code_states.of_points(points), address_health.of_points(points)
    ordered = sorted(points, key=lambda point: CONTACT_KINDS.index(point.kind))
    return [
        (point, checks.spaced(point.kind, point.value), codes.get(point.pk), health[point.pk])
        for point in ordered
    ]


def _history(recipient: Recipient) -> QuerySet[AuditEntry]:
    cards = [f"recipients.recipient:{pk}" for pk in joining.all_of(recipient)]
    entries = AuditEntry.objects.filter(subject__in=cards)
    changes = entries.exclude(action__in=LOOKS).select_related("actor")
    return changes.order_by("-pk")[:HISTORY]


def _sourced(recipient: Recipient, by: User) -> list[Mapping[str, object]]:
    """The table of consents with, in each cell, the last yes or no that made it so."""
    acts = Consent.objects.filter(recipient__in=joining.all_of(recipient))
    ordered = acts.select_related("form", "text").order_by("at", "pk")
    last = {(act.topic_id, act.channel): act for act in ordered}
    return [
        {
            "topic": row.topic,
            "cells": [(cell, last.get((row.topic.pk, cell.kind))) for cell in row.cells],
        }
        for row in ticking.rows(recipient.consents, by)
    ]
