"""From the addresses under /ustawienia/ to the pages of settings."""

from django.urls import path

from .views import gateways, logos, push_keys, settings

urlpatterns = [
    path("ustawienia/", settings.settings_index, name="settings-index"),
    path("ustawienia/aplikacja/klucz/", push_keys.push_key_renew, name="push-key-renew"),
    path("ustawienia/<slug:section>/", settings.settings_section, name="settings-section"),
    path("ustawienia/<slug:section>/zmien/", settings.settings_edit, name="settings-edit"),
    path("ustawienia/<slug:section>/proba/", gateways.settings_test, name="settings-test"),
    path("ustawienia/<slug:section>/wznow/", gateways.channel_reopen, name="channel-reopen"),
    path("ustawienia/<slug:section>/wpusc/", gateways.provider_reopen, name="provider-reopen"),
    path(
        "ustawienia/<slug:section>/wylacz/",
        gateways.provider_switch_off,
        name="provider-switch-off",
    ),
    path(
        "ustawienia/<slug:section>/wersje/<int:version>/",
        settings.settings_restore,
        name="settings-restore",
    ),
    path("logo/<slug:name>.png", logos.logo, name="logo"),
]
