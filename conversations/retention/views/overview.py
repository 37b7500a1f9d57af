"""From the page of retention to its state, the periods in force, and the papers about what was deleted."""

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.models import DestructionProtocol, EarlyPurge, PurgeRun
from conversations.retention import checking, overview, policies, protocols
from conversations.retention.forms import PolicyForm

VIEW, MANAGE = "conversations.view_retention", "conversations.manage_retention"
RUNS = 20


@staff_may(VIEW)
@require_GET
def retention(request: StaffRequest) -> HttpResponse:
    runs = PurgeRun.objects.filter(ended_at__isnull=False).select_related("by", "protocol")
    months, check = overview.months(), checking.newest()
    early = EarlyPurge.objects.filter(refused_at=None, done_at=None).order_by("proposed_at")
    context = {
        "check": check,
        "found": list(zip(checking.words(check.problems), check.problems.values(), strict=False))
        if check
        else [],
        "sums": overview.sums(),
        "rulings": policies.in_force(),
        "early": early.select_related("proposed_by", "approved_by", "coapproved_by"),
        "months": [month for month in months if month.total],
        "chart": overview.chart(months),
        "page_obj": Paginator(runs.order_by("-pk"), RUNS).get_page(request.GET.get("page")),
    }
    return render(request, "conversations/retention/retention.html", context)


@staff_may(VIEW)
@require_POST
def retention_check(request: StaffRequest) -> HttpResponse:
    """Look now; only reads, so nobody needs to confirm it."""
    check = checking.check()
    audit.record(
        "retention.checked", check, by=request.user, detail={"problems": sorted(check.problems)}
    )
    if check.problems:
        notices.error(request, _("The check found something: see below."))
    else:
        notices.success(request, _("The check found nothing: all is in order."))
    return redirect("retention")


@staff_may(MANAGE)
@require_http_methods(["GET", "POST"])
def retention_policy(request: StaffRequest) -> HttpResponse:
    """Fill in, see what it would do, agree: three looks at one form, which carries its values along."""
    form = PolicyForm(request.POST or None)
    context = {"form": form}
    page = "conversations/retention/policy.html"
    if not form.is_bound or "back" in request.POST:
        return render(request, page, context)
    if not form.is_valid():
        return render(request, page, context, status=422)
    policy = form.save(commit=False)
    if "agreed" not in request.POST:
        shown = context | {"policy": policy, "preview": policies.preview(policy)}
        return render(request, "conversations/retention/policy_confirm.html", shown)
    policies.save(policy, request.user)
    if policies.follow(policy, batches=policies.AT_ONCE):
        notices.success(request, _("The period is in force, and every conversation follows it."))
    else:
        notices.success(request, _("The period is in force; the last conversations follow soon."))
    return redirect("retention")


@staff_may(VIEW)
@require_GET
def destruction_protocol(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    paper = get_object_or_404(DestructionProtocol, pk=pk)
    audit.record("purge_protocol.downloaded", paper, by=request.user)
    name = f"protokol-usuniecia-{paper.run_id or f'{paper.month:%Y-%m}'}.pdf"
    response = StreamingHttpResponse(paper.open(), content_type=protocols.MEDIA)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Length"] = paper.size
    return response
