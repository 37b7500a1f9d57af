"""From an address under /rozmowy/przechowywanie/ to retention, holds and protocols."""

from django.urls import path

from .views import early, holding, overview

urlpatterns = [
    path("", overview.retention, name="retention"),
    path("sprawdz/", overview.retention_check, name="retention-check"),
    path("okres/", overview.retention_policy, name="retention-policy"),
    path("protokol/<int:pk>.pdf", overview.destruction_protocol, name="destruction-protocol"),
    path("wstrzymania/", holding.hold_list, name="hold-list"),
    path("wstrzymania/<int:pk>/przeglad/", holding.hold_review, name="hold-review"),
    path("wstrzymania/<int:pk>/zwolnij/", holding.hold_release, name="hold-release"),
    path("wstrzymania/propozycja/<int:pk>/", holding.hold_proposal, name="hold-proposal"),
    path("rozmowa/<int:pk>/wstrzymaj/", holding.hold_new, name="hold-new"),
    path("rozmowa/<int:pk>/zaproponuj/", holding.hold_propose, name="hold-propose"),
    path("rozmowa/<int:pk>/usun/", early.early_purge_new, name="early-purge-new"),
    path("usuniecie/<int:pk>/zatwierdz/", early.early_purge_approve, name="early-purge-approve"),
    path("usuniecie/<int:pk>/zgoda/", early.early_purge_coapprove, name="early-purge-coapprove"),
    path("usuniecie/<int:pk>/odmow/", early.early_purge_refuse, name="early-purge-refuse"),
]
