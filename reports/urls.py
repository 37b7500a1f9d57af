"""From an address under /zgloszenia/ to a page about reports."""

from django.urls import include, path

urlpatterns = [
    path("", include("reports.photo_urls")),
    path("", include("reports.public_urls")),
    path("", include("reports.desk_urls")),
    path("", include("reports.shelf_urls")),
]
