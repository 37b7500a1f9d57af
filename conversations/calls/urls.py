"""From an address under /rozmowy/centrale/ to a page about telephone exchanges."""

from django.urls import URLPattern, URLResolver, path

from .views import arrivals, exchanges

urlpatterns: list[URLPattern | URLResolver] = [
    path("", exchanges.exchange_list, name="exchange-list"),
    path("klucze/nowy/", exchanges.exchange_key_new, name="exchange-key-new"),
    path("klucze/<int:pk>/odwolaj/", exchanges.exchange_key_revoke, name="exchange-key-revoke"),
    path("przyjecia/", arrivals.ingest_list, name="ingest-list"),
    path("przyjecia/<int:pk>/ponow/", arrivals.ingest_retry, name="ingest-retry"),
    path("przyjecia/<int:pk>/wyrzuc/", arrivals.ingest_drop, name="ingest-drop"),
]
