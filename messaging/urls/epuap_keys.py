"""From the addresses under /ustawienia/epuap/certyfikaty/ to the certificates' pages."""

from django.urls import path

from messaging.views import epuap_keys

urlpatterns = [
    path("", epuap_keys.epuap_keys_list, name="epuap-keys"),
    path("wlasny/", epuap_keys.epuap_key_add, name="epuap-key-add"),
    path("zaufane/", epuap_keys.epuap_trusted_add, name="epuap-trusted-add"),
    path("<int:pk>/usun/", epuap_keys.epuap_key_remove, name="epuap-key-remove"),
]
