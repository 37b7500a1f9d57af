"""From an address to a page. People's addresses are Polish, programs' are English."""

from django.urls import include, path

from messaging.views import short_links
from messaging.views.alerts import embed_script
from messaging.views.unsubscribing import unsubscribe

from . import health
from .api import docs
from .metrics import page

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", page.metrics, name="metrics"),
    path("", include("admin_module.urls")),
    path("odbiorcy/epuap/", include("messaging.urls.epuap_documents")),
    path("odbiorcy/", include("recipients.urls")),
    path("odbiorcy/", include("messaging.urls.person")),
    path("mapa/", include("recipients.urls.maps")),
    path("zgody/", include("consents.urls")),
    path("wiadomosci/", include("messaging.urls")),
    path("ustawienia/epuap/certyfikaty/", include("messaging.urls.epuap_keys")),
    path("ustawienia/epuap/formularze/", include("recipients.urls.epuap_forms")),
    path("alerty/", include("messaging.urls.alerts")),
    path("embed/v1/alerts.js", embed_script, name="embed-alerts"),
    path("wypisz/<slug:token>/", unsubscribe, name="unsubscribe"),
    path("s/", short_links.short_link_form, name="short-link-form"),
    path("s/plakat.pdf", short_links.short_link_poster, name="short-link-poster"),
    path("s/<slug:code>", short_links.short_link, name="short-link"),
    path("z/", include("messaging.urls.attachments")),
    path("zgloszenia/", include("reports.urls")),
    path("rozmowy/", include("conversations.urls")),
    path("czat/", include("conversations.chat.visitor_urls")),
    path("wniosek-o-nagranie/", include("conversations.access.public_urls")),
    path("app/", include("resident_app.urls")),
    path("", include("resident_app.well_known_urls")),
    path("api/v1/docs/", docs.api_docs, name="api-docs"),
    path("api/v1/docs/<slug:group>/", docs.api_docs_group, name="api-docs-group"),
    path("ustawienia/open311/", include("reports.urls.open311_keys")),
    path("open311/v2/", include("reports.urls.open311")),
    path("api/v1/", include("icp.api.urls")),
    path("problems/<slug:slug>", docs.problem_page, name="problem"),
    path("callbacks/voice/", include("conversations.voice.urls")),
    path("callbacks/", include("messaging.urls.callbacks")),
]
handler400 = "admin_module.views.errors.bad_request"
handler403 = "admin_module.views.errors.forbidden"
handler404 = "admin_module.views.errors.not_found"
handler500 = "admin_module.views.errors.server_error"
