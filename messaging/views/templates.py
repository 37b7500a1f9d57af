"""From the shelf of templates to one of them: written, changed, brought back, put away, used."""

from typing import Any

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, conflict, staff_may
from icp.rate_limits import limited
from messaging.forms import CHANNEL_NAMES, template_files
from messaging.forms.template import TemplateForm, TemplatesFileForm
from messaging.models import (
    Message,
    MessageTemplate,
    MessageText,
    TemplateFolder,
    TemplateVersion,
)
from messaging.shelf import templating
from messaging.shelf.template_history import Change, changes_between

from .writing import beside

PER_PAGE = 25


@staff_may("messaging.add_message")
@require_GET
def template_list(request: StaffRequest) -> HttpResponse:
    """The shelf: by folder, by a part of the name, or what was put away."""
    asked, query = request.GET.get("katalog", ""), request.GET.get("nazwa", "").strip()[:100]
    rows = MessageTemplate.objects.visible_to(request.user).select_related("folder", "unit")
    rows = rows.filter(archived_at__isnull=asked != "archiwum", name__icontains=query)
    folder = None
    if asked.isdecimal():
        folder = TemplateFolder.objects.visible_to(request.user).filter(pk=asked[:18]).first()
        rows = rows.filter(folder=folder)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(row, templating.newest(row)) for row in page.object_list],
        "folders": TemplateFolder.objects.visible_to(request.user),
        "folder": folder,
        "asked": asked,
        "query": query,
    }
    return render(request, "messaging/templates/list.html", context)


@staff_may("messaging.add_message")
@require_GET
def template_card(request: StaffRequest, pk: int) -> HttpResponse:
    """What a template says, and what it said before."""
    template = mine(request, pk)
    versions = list(template.versions.select_related("topic", "made_by"))
    number = request.GET.get("wersja", "")
    shown = next((one for one in versions if str(one.number) == number), versions[0])
    context = {
        "template": template,
        "versions": versions,
        "shown": shown,
        "newest": versions[0],
        "changes": _changes(versions, shown),
        "channel_names": [CHANNEL_NAMES[kind] for kind in shown.channels],
        "folders": TemplateFolder.objects.visible_to(request.user),
    }
    return render(request, "messaging/templates/card.html", context)


def _changes(versions: list[TemplateVersion], shown: TemplateVersion) -> list[Change]:
    """What this version changed in the one before it; nothing for the first."""
    before = [one for one in versions if one.number < shown.number]
    return changes_between(before[0], shown) if before else []


@staff_may("messaging.manage_templates")
@require_http_methods(["GET", "POST"])
def template_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Write a template, or the next version of one. The button "preview" only shows the screen again."""
    template = mine(request, pk) if pk else None
    form = TemplateForm(
        request.POST or None, user=request.user, initial=TemplateForm.initial_for(template)
    )
    action = request.POST.get("action", "save")
    if request.method == "POST" and action != "save":
        return _shown_again(request, form, template, action)
    if request.method == "POST" and form.is_valid():
        return _save(request, form, template)
    status = 422 if request.method == "POST" else 200
    context = _screen(request, form, template)
    return render(request, "messaging/templates/edit.html", context, status=status)


def _shown_again(
    request: StaffRequest, form: TemplateForm, template: MessageTemplate | None, action: str
) -> HttpResponse:
    """What is typed as its readers would get it; while somebody types only the parts that follow."""
    form.full_clean()
    if action.startswith("copy-"):
        form.copy_polish(action.removeprefix("copy-"))
    live = request.headers.get("HX-Request") == "true"
    page = "messaging/compose/text_live.html" if live else "messaging/templates/edit.html"
    context = _screen(request, form, template)
    return render(request, page, context | {"oob": live})


def _screen(
    request: StaffRequest, form: TemplateForm, template: MessageTemplate | None
) -> dict[str, Any]:
    begun = _as_message(request, form, template)
    return {"template": template, **beside(request, form, begun)}


def _as_message(
    request: StaffRequest, form: TemplateForm, template: MessageTemplate | None
) -> Message:
    """The message that would be begun from it: of nobody's audience yet, and saved nowhere."""
    folder, words = None, templating.Words(MessageText())
    if form.is_bound:
        folder, words = form.cleaned_data.get("folder"), form.words()
    elif template is not None:
        words = templating.words_of(templating.newest(template))
    owner = template or folder
    return Message(
        author=request.user,
        unit=owner.unit if owner else request.user.unit,
        klass=words.klass,
        channels=list(words.channels),
        text=words.text,
        variants=words.variants,
    )


def _save(
    request: StaffRequest, form: TemplateForm, template: MessageTemplate | None
) -> HttpResponse:
    data, words = form.cleaned_data, form.words()
    try:
        if template is None:
            template = templating.create(
                data["name"], words, by=request.user, folder=data["folder"],
                form_key=data["form_key"],
            )  # fmt: skip
        else:
            templating.change(
                template, data["name"], words, by=request.user, folder=data["folder"],
                revision=data["revision"] or 0,
            )  # fmt: skip
    except templating.StaleTemplate as stale:
        theirs = TemplateForm.initial_for(stale.current)
        return conflict(
            request, _readable(dict(data), form), _readable(theirs, form), form,
            revision=stale.current.revision,
        )  # fmt: skip
    notices.success(request, _("The template is saved."))
    return redirect("template-card", template.pk)


def _readable(values: dict[str, Any], form: TemplateForm) -> dict[str, object]:
    """Values as people read them, compared field by field."""
    shown: dict[str, object] = {}
    for name in form.fields:
        value = values.get(name)
        if name in ("topic", "folder"):
            shown[name] = getattr(value, "pk", value) or "–"
        elif name == "channels":
            shown[name] = ", ".join(str(CHANNEL_NAMES[kind]) for kind in value or ())
        else:
            shown[name] = value if value not in (None, False) else ""
    return shown


@staff_may("messaging.manage_templates")
@require_POST
def template_restore(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Say again what an older version said."""
    template = mine(request, pk)
    get_object_or_404(template.versions, number=number)
    version = templating.restore(template, number, by=request.user)
    notices.success(
        request,
        _("Version %(old)s is back, as version %(new)s.") % {"old": number, "new": version.number},
    )
    return redirect("template-card", pk)


@staff_may("messaging.manage_templates")
@require_POST
def template_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it away, or take it back: the same button undoes it."""
    template, back = mine(request, pk), "back" in request.POST
    templating.archive(template, by=request.user, back=back)
    notices.success(
        request, _("The template is back.") if back else _("The template is in the archive.")
    )
    return redirect("template-card", pk)


@staff_may("messaging.manage_templates")
@require_POST
def template_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it into another folder."""
    template, asked = mine(request, pk), request.POST.get("folder", "")
    folders = TemplateFolder.objects.visible_to(request.user)
    folder = get_object_or_404(folders, pk=asked[:18]) if asked.isdecimal() else None
    templating.move(template, folder, by=request.user)
    notices.success(request, _("The template is moved."))
    return redirect("template-card", pk)


@staff_may("messaging.add_message")
@require_POST
def template_use(request: StaffRequest, pk: int) -> HttpResponse:
    """A new draft with its words."""
    template = mine(request, pk)
    try:
        message = templating.begin_message(template, by=request.user)
    except templating.CannotUse as refusal:
        notices.error(request, str(refusal))
        return redirect("template-card", pk)
    notices.success(
        request, _("A draft is begun. Say to whom it goes, and look at the text once more.")
    )
    return redirect("message-edit", message.pk)


@staff_may("messaging.manage_templates")
@require_GET
@limited("export")
def template_export(request: StaffRequest) -> HttpResponse:
    """All templates that are offered, as a file."""
    rows = MessageTemplate.objects.visible_to(request.user).offered().select_related("folder")
    found = list(rows)
    audit.record("template.exported", request.user, by=request.user, detail={"number": len(found)})
    response = HttpResponse(template_files.write(found), content_type="application/json")
    name = f"szablony-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff_may("messaging.manage_templates")
@require_http_methods(["GET", "POST"])
@limited("upload")
def template_import(request: StaffRequest) -> HttpResponse:
    """Read templates in from a file; nothing of it where one of them is wrong."""
    form = TemplatesFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            brought = template_files.read(form.cleaned_data["file"], by=request.user)
        except template_files.BadFile as bad:
            form.add_error("file", str(bad))
        else:
            notices.success(request, _brought(brought))
            return redirect("template-list")
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/templates/import.html", {"form": form}, status=status)


def _brought(brought: template_files.Brought) -> str:
    new = ngettext("%(n)s new template", "%(n)s new templates", brought.new) % {"n": brought.new}
    changed = ngettext("%(n)s new version", "%(n)s new versions", brought.changed) % {
        "n": brought.changed
    }
    return _("Read in: %(new)s, %(changed)s; unchanged: %(same)s.") % {
        "new": new,
        "changed": changed,
        "same": brought.same,
    }


def mine(request: StaffRequest, pk: int) -> MessageTemplate:
    """A template that this member of staff may see."""
    rows = MessageTemplate.objects.visible_to(request.user).select_related("folder", "unit")
    return get_object_or_404(rows, pk=pk)
