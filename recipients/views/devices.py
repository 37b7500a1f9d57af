"""From a person who lost their telephone to a device that shows nothing of theirs any more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from recipients.contacts import devices
from recipients.models import Device, living


@staff_may("recipients.remove_device")
@require_http_methods(["GET", "POST"])
def device_remove(request: StaffRequest, pk: int, device: int) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    row = get_object_or_404(Device.objects.filter(recipient=recipient), pk=device)
    if request.method == "POST":
        if devices.remove(row, by=request.user, why="staff"):
            messages.success(request, _("The device is removed and shows nothing of the person."))
        return redirect("recipient-card", pk)
    audit.record("recipient.opened", recipient, by=request.user)
    context = {"recipient": recipient, "device": row}
    return render(request, "recipients/card/device_remove.html", context)
