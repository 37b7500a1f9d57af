"""From a question of staff to the page of the handbook that answers it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from admin_module import handbook as book
from admin_module.http import StaffRequest, staff_may

LONGEST_QUESTION = 80  # characters


@require_safe
@staff_may("admin_module.open_dashboard")
def handbook(request: StaffRequest) -> HttpResponse:
    """The table of contents, and what was found where somebody asked."""
    asked = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    return render(
        request,
        "admin_module/handbook.html",
        {"parts": book.contents(), "asked": asked, "hits": book.find(asked) if asked else []},
    )


@require_safe
@staff_may("admin_module.open_dashboard")
def handbook_page(request: StaffRequest, slug: str) -> HttpResponse:
    chapter = book.chapter(slug)
    if chapter is None:
        raise Http404
    before, after = book.neighbours(slug)
    return render(
        request,
        "admin_module/handbook_page.html",
        {"chapter": chapter, "before": before, "after": after},
    )
