"""From the list of groups to one of them: made, changed, removed; with its count while it is typed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.town_map import shows_map
from icp.rate_limits import limited
from recipients.address_register.addresses import find_streets
from recipients.filter_editor import AudienceBuilder, Editor, reach
from recipients.filter_editor.showing import FEW, sees_all_numbers
from recipients.filtering import groups
from recipients.filtering.audience import BadFilter
from recipients.forms.group import GroupForm
from recipients.models import RecipientGroup

PER_PAGE = 25
Kind = RecipientGroup.Kind
NOBODY = gettext_lazy(
    "Say who belongs to the group: tick a district, type a street or choose everybody."
)


@staff_may("recipients.view_recipientgroup")
@require_GET
def group_list(request: StaffRequest) -> HttpResponse:
    """Groups with the number of people in each at this moment."""
    kind, query = request.GET.get("rodzaj", ""), request.GET.get("nazwa", "").strip()[:100]
    rows = RecipientGroup.objects.visible_to(request.user).select_related("unit").order_by("name")
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows.filter(name__icontains=query), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": _with_sizes(page, request),
        "kind": kind,
        "kinds": Kind,
        "query": query,
    }
    return render(request, "recipients/groups/group_list.html", context)


def _with_sizes(page: Page, request: StaffRequest) -> list[tuple[RecipientGroup, int | None]]:
    """Numbers under FEW are hidden (None) from staff who may not open everybody's card."""
    shown = list(page.object_list)
    sizes, all_numbers = groups.sizes(shown), sees_all_numbers(request.user)
    return [
        (group, sizes[group.pk] if all_numbers or sizes[group.pk] >= FEW else None)
        for group in shown
    ]


@dataclass
class Screen:
    """The page on which a group is made or changed; a dynamic one has the filter editor."""

    request: StaffRequest
    kind: str
    form: GroupForm
    builder: AudienceBuilder
    group: RecipientGroup | None = None

    @classmethod
    def read(cls, request: StaffRequest, group: RecipientGroup | None = None) -> "Screen":
        wanted = group.kind if group else request.GET.get("rodzaj", Kind.FIXED)
        if request.method == "POST" and group is None:
            wanted = request.POST.get("kind", Kind.DYNAMIC)
        kind = wanted if wanted in Kind.values else Kind.FIXED
        if request.method == "POST" and request.POST.get("action") != "take":
            builder = AudienceBuilder(request.POST, by=request.user, nobody=NOBODY)
            return cls(request, kind, GroupForm(request.POST), builder, group)
        return cls._fresh(request, kind, group)

    @classmethod
    def _fresh(cls, request: StaffRequest, kind: str, group: RecipientGroup | None) -> "Screen":
        """Nothing typed yet; the conditions may come from a message or from the stored group."""
        taken = request.POST if request.method == "POST" else None
        stored = groups.filter_of(group).filter if group else {}
        builder = AudienceBuilder(taken, stored, by=request.user, nobody=NOBODY)
        initial: dict[str, Any] = {"filter": builder.raw}
        if group:
            initial |= {"name": group.name, "revision": group.revision}
            initial["for_tests"] = group.for_tests
        return cls(request, kind, GroupForm(initial=initial), builder, group)

    @property
    def is_dynamic(self) -> bool:
        return self.kind == Kind.DYNAMIC

    def is_valid(self) -> bool:
        valid = self.form.is_valid()
        if self.is_dynamic and self.builder.is_valid():
            self.builder.require()
        return valid and not (self.is_dynamic and self.builder.errors())

    @property
    def data(self) -> groups.GroupData:
        filter_ = self.builder.filter if self.is_dynamic else {}
        typed = self.form.cleaned_data
        return groups.GroupData(typed["name"], self.kind, filter_, typed["for_tests"])

    def show(self, error: ValidationError) -> None:
        """Put a refusal of the step beside what it is about."""
        errors = error.message_dict
        self.builder.problems += errors.pop("filter", [])
        for field, sentences in errors.items():
            self.form.add_error(field, sentences)

    def context(self) -> dict[str, Any]:
        shared = {"form": self.form, "kind": self.kind, "group": self.group}
        if not self.is_dynamic:
            return shared
        return shared | {
            "dynamic": True,
            "outlook": self._reach(),
            "editor": self.editor,
            "audience_errors": self.builder.errors(),
        }

    @property
    def editor(self) -> Editor:
        return Editor.read(
            self.request,
            self.builder,
            form_id="group",
            find_url="group-find",
            streets_url="group-streets",
            for_group=True,
        )

    def _reach(self) -> Any:
        if not self.builder.bound:
            filter_ = groups.filter_of(self.group).filter if self.group else {}
        else:
            fits = not self.builder.problems and self.builder.is_valid()
            filter_ = self.builder.filter if fits else {}
        try:
            return reach(filter_, by=self.request.user)
        except BadFilter as bad:
            self.builder.problems.append(str(bad))
            return reach({}, by=self.request.user)


SHOWS_AGAIN = {"refresh", "add", "find", "find-not", "take"}  # buttons that save nothing


@staff_may("recipients.add_recipientgroup")
@require_http_methods(["GET", "POST"])
@shows_map
def group_new(request: StaffRequest) -> HttpResponse:
    """Make a group; the button of a message "save this audience" comes here with its conditions."""
    screen = Screen.read(request)
    if request.method != "POST" or request.POST.get("action") in SHOWS_AGAIN:
        return render(request, "recipients/groups/group_edit.html", screen.context())
    if screen.is_valid():
        key = screen.form.cleaned_data["form_key"]
        try:
            group = groups.create(screen.data, by=request.user, form_key=key)
        except ValidationError as error:
            screen.show(error)
        else:
            messages.success(request, _("The group is saved."))
            return redirect("group-card", group.pk)
    return render(request, "recipients/groups/group_edit.html", screen.context(), status=422)


@staff_may("recipients.change_recipientgroup")
@require_http_methods(["GET", "POST"])
@shows_map
def group_edit(request: StaffRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(RecipientGroup.objects.visible_to(request.user), pk=pk)
    screen = Screen.read(request, group)
    if request.method != "POST" or request.POST.get("action") in SHOWS_AGAIN:
        return render(request, "recipients/groups/group_edit.html", screen.context())
    return _save(screen, group)


def _save(screen: Screen, group: RecipientGroup) -> HttpResponse:
    request = screen.request
    if screen.is_valid():
        revision = screen.form.cleaned_data["revision"] or 0
        try:
            groups.change(group, screen.data, by=request.user, revision=revision)
        except groups.StaleGroup as stale:
            return _conflict(screen, stale.current)
        except ValidationError as error:
            screen.show(error)
        else:
            messages.success(request, _("The group is saved."))
            return redirect("group-card", group.pk)
    return render(request, "recipients/groups/group_edit.html", screen.context(), status=422)


def _conflict(screen: Screen, theirs: RecipientGroup) -> HttpResponse:
    """Both versions side by side; the filter travels as its JSON and is compared in words."""
    carried = screen.request.POST.copy()
    carried["filter"] = screen.builder.as_json if screen.is_dynamic else ""
    screen.form.data = carried
    mine = {"name": screen.form.cleaned_data["name"], "filter": ""}
    other = {"name": theirs.name, "filter": groups.filter_of(theirs).words}
    if screen.is_dynamic:
        mine["filter"] = reach(screen.builder.filter, by=screen.request.user).words
    return conflict(screen.request, mine, other, screen.form, revision=theirs.revision)


@staff_may("recipients.delete_recipientgroup")
@require_http_methods(["GET", "POST"])
def group_remove(request: StaffRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(RecipientGroup.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        try:
            groups.remove(group, by=request.user)
        except groups.GroupInUse:
            pass  # the page says by what
        else:
            messages.success(request, _("The group is removed. Its people stay in the register."))
            return redirect("group-list")
    used = groups.uses_of(group)
    status = 409 if request.method == "POST" else 200
    context = {"group": group, "uses": used}
    return render(request, "recipients/groups/group_remove.html", context, status=status)


@staff_may("recipients.view_recipientgroup")
@require_POST
def group_live(request: StaffRequest) -> HttpResponse:
    """The numbers that follow the typing of conditions."""
    screen = Screen.read(request)
    return render(request, "recipients/groups/group_live.html", screen.context())


@staff_may("recipients.view_recipientgroup")
@require_POST
@limited("search")
def group_find(request: StaffRequest) -> HttpResponse:
    """People found by what was typed in the editor, to be ticked by name."""
    editor = Screen.read(request).editor
    context = {"editor": editor, "picker": editor.asked(request.POST.get("action", ""))}
    return render(request, "recipients/filter/people.html", context)


@staff_may("recipients.view_recipientgroup")
@require_GET
def group_streets(request: StaffRequest) -> HttpResponse:
    """Options for the street fields' datalist."""
    streets = find_streets(request.GET.get("street", ""), limit=12)
    return render(request, "recipients/filter/streets.html", {"streets": streets})
