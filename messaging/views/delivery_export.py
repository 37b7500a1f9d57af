"""From one message to a file of what became of it for each person, with a reason."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.archive import delivery_export
from messaging.forms.archive import DeliveriesForm
from messaging.models import Message
from recipients.models import CONTACT_KINDS


@staff_may("messaging.export_delivery")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("export")
def deliveries_export(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then leave the job; who was erased meanwhile is not in the file."""
    visible = Message.objects.visible_to(request.user).defer("people")
    message = get_object_or_404(visible, pk=pk)
    given = {name: request.GET.get(name, "")[:20] for name in ("channel", "state")}
    form = DeliveriesForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = delivery_export.Wanted(
            data["channel"], data["state"], data["layout"], data["reason"]
        )
        key = data["form_key"]
        job = delivery_export.order(message, wanted, by=request.user, form_key=key)
        return redirect("job", job.pk)
    chosen = str(form["channel"].value() or "")
    context = {
        "form": form,
        "message": message,
        "channel": chosen if chosen in CONTACT_KINDS else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "messaging/archive/deliveries_export.html", context, status=status)
