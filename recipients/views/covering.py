"""From the register and its people to a map of where they live: districts, or the streets of one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from admin_module.http import StaffRequest, staff_may
from recipients.address_register import coverage
from recipients.address_register.coverage_map import Drawing, draw
from recipients.models import CONTACT_KINDS, District


@staff_may("recipients.view_coverage")
@require_GET
def coverage_map(request: StaffRequest) -> HttpResponse:
    chosen = request.GET.get("osiedle", "")
    district = get_object_or_404(District, pk=chosen) if chosen.isdecimal() else None
    covered = coverage.coverage(request.user)
    places = coverage.streets_of(district, request.user) if district else covered.districts
    scale = coverage.scale_of(places)
    context = {
        "district": district,
        "covered": covered,
        "rows": [(place, scale.level(place)) for place in places],
        "scale": scale,
        "kinds": CONTACT_KINDS,
        "fewest": coverage.FEWEST_SHOWN,
        "drawing": _labelled(draw(district), district, places, scale),
    }
    return render(request, "recipients/address_register/coverage_map.html", context)


def _labelled(
    drawing: Drawing | None,
    district: District | None,
    places: list[coverage.Covered],
    scale: coverage.Scale,
) -> dict[str, object] | None:
    """The drawing; what is counted (districts, or the streets of one) with its figures."""
    if drawing is None:
        return None
    by_pk = {place.pk: place for place in places}
    shapes = drawing.streets if district else drawing.districts
    counted = [
        (shape, by_pk[shape.pk], scale.level(by_pk[shape.pk]))
        for shape in shapes
        if shape.pk in by_pk
    ]
    ground = drawing.districts if district else drawing.streets
    return {"box": drawing.box, "counted": counted, "ground": ground}
