"""From a name to a folder of templates, and to none again."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from messaging.forms.template import FolderForm
from messaging.models import TemplateFolder
from messaging.shelf import templating


@staff_may("messaging.manage_templates")
@require_http_methods(["GET", "POST"])
def template_folder_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Make a folder, or give it another name."""
    folder = _mine(request, pk) if pk else None
    form = FolderForm(request.POST or None, initial={"name": folder.name if folder else ""})
    if request.method == "POST" and form.is_valid():
        try:
            made = templating.name_folder(folder, form.cleaned_data["name"], by=request.user)
        except templating.CannotUse as refusal:
            form.add_error("name", str(refusal))
        else:
            notices.success(request, _("The folder is saved."))
            return redirect(reverse("template-list") + f"?katalog={made.pk}")
    context = {"form": form, "folder": folder}
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/templates/folder.html", context, status=status)


@staff_may("messaging.manage_templates")
@require_http_methods(["GET", "POST"])
def template_folder_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a folder away; what was in it stays."""
    folder = _mine(request, pk)
    if request.method == "POST":
        templating.remove_folder(folder, by=request.user)
        notices.success(request, _("The folder is gone; its templates stand under “no folder”."))
        return redirect("template-list")
    context = {"folder": folder, "number": folder.templates.count()}
    return render(request, "messaging/templates/folder_remove.html", context)


def _mine(request: StaffRequest, pk: int) -> TemplateFolder:
    return get_object_or_404(TemplateFolder.objects.visible_to(request.user), pk=pk)
