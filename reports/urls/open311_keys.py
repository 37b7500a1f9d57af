"""From an address under /ustawienia/open311/ to the keys of programs."""

from django.urls import path

from reports.views import open311_keys

urlpatterns = [
    path("klucze/", open311_keys.open311_key_list, name="open311-key-list"),
    path("klucze/nowy/", open311_keys.open311_key_new, name="open311-key-new"),
    path("klucze/<int:pk>/odwolaj/", open311_keys.open311_key_revoke, name="open311-key-revoke"),
]
