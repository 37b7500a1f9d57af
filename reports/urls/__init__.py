"""From an address under /zgloszenia/ to a page about reports."""

from django.urls import include, path

urlpatterns = [
    path("", include("reports.urls.photos")),
    path("", include("reports.urls.public")),
    path("", include("reports.urls.desk")),
    path("", include("reports.urls.shelf")),
]
