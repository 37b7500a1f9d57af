"""From the addresses of held contact points to their pages; none of them holds personal data."""

from django.urls import path

from recipients.views import health

urlpatterns = [
    path("adresy-wstrzymane/", health.suppressed_list, name="suppressed-list"),
    path("adresy-wstrzymane/szukaj/", health.suppressed_find, name="suppressed-find"),
    path("adresy-wstrzymane/eksport/", health.suppressed_export, name="suppressed-export"),
    path("<int:pk>/adres/<slug:kind>/popros/", health.address_ask, name="address-ask"),
    path("<int:pk>/adres/<slug:kind>/wznow/", health.address_lift, name="address-lift"),
]
