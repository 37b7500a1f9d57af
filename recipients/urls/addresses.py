"""From the addresses of the address register, the map of coverage and labels to their pages."""

from django.urls import path

from recipients.views import covering, labelling, register, unmatched

urlpatterns = [
    path("rejestr-adresow/", register.address_register, name="address-register"),
    path("rejestr-adresow/<int:pk>/wczytaj/", register.address_import, name="address-import"),
    path("adresy-do-dopasowania/", unmatched.address_unmatched, name="address-unmatched"),
    path("adresy-do-dopasowania/pewne/", unmatched.address_match, name="address-match"),
    path("adresy-do-dopasowania/<int:pk>/", unmatched.address_accept, name="address-accept"),
    path("etykiety/", labelling.label_new, name="label-new"),
    path("zasieg/", covering.coverage_map, name="coverage-map"),
]
