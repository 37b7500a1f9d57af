"""From an address under /api/v1/ to the app that answers; each app lists its own."""

from django.urls import include, path

from . import meta, openapi

app_name = "api"
urlpatterns = [
    path("meta", meta.meta, name="meta"),
    path("openapi.json", openapi.openapi, name="openapi"),
    path("", include("recipients.api.urls")),
    path("", include("messaging.api.urls")),
    path("", include("reports.api.urls")),
    path("calls/", include("conversations.calls.api_urls")),
]
