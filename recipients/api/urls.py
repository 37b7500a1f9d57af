"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import path

from . import consents, devices, feed, me, public

urlpatterns = [
    path("sync", feed.sync, name="sync"),
    path("topics", public.topic_list, name="topics"),
    path("areas", public.area_list, name="areas"),
    path("devices", devices.device_enrol, name="devices"),
    path("devices/pair", devices.device_pair, name="device-pair"),
    path("devices/unpair", devices.device_unpair, name="device-unpair"),
    path("device", devices.device, name="device"),
    path("device/token/rotate", devices.token_rotate, name="token-rotate"),
    path("device/push", devices.device_push, name="device-push"),
    path("me", me.own_account, name="me"),
    path("me/devices", me.me_devices, name="me-devices"),
    path("me/devices/<uuid:uid>", me.me_device_remove, name="me-device"),
    path("me/channels", consents.me_channels, name="me-channels"),
    path("me/consents/withdraw", consents.consent_withdraw, name="me-consent-withdraw"),
    path("me/consents/undo", consents.consent_undo, name="me-consent-undo"),
    path("me/suspend", me.me_suspend, name="me-suspend"),
    path("me/resume", me.me_resume, name="me-resume"),
    path("me/erase", me.erasure, name="me-erase"),
]
