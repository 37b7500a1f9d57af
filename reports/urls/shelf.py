"""From the addresses of categories, rules, outside bodies and templates to their pages."""

from django.urls import URLPattern, path

from reports.views import shelves

# The word in the address, the name of the shelf.
PLACES = {
    "kategorie": "report-category",
    "kierowanie": "routing-rule",
    "podmioty": "outside-body",
    "szablony": "answer-template",
}

urlpatterns: list[URLPattern] = [
    path("kategorie/<int:pk>/miejsce/", shelves.report_category_move, name="report-category-move"),
    path("kierowanie/<int:pk>/usun/", shelves.routing_rule_remove, name="routing-rule-remove"),
]
for word, shelf in PLACES.items():
    given = {"shelf": shelf}
    urlpatterns += [
        path(f"{word}/", shelves.shelf_list, given, name=f"{shelf}-list"),
        path(f"{word}/nowe/", shelves.shelf_edit, given, name=f"{shelf}-new"),
        path(f"{word}/<int:pk>/", shelves.shelf_edit, given, name=f"{shelf}-edit"),
    ]
    if shelves.SHELVES[shelf].closes:
        urlpatterns.append(
            path(f"{word}/<int:pk>/stan/", shelves.shelf_close, given, name=f"{shelf}-close")
        )
