"""From an address under /api/v1/calls/ to what exchanges ask for."""

from django.urls import path

from . import api

urlpatterns = [
    path("upload", api.call_upload, name="call-upload"),
    path("register", api.call_register, name="call-register"),
    path("freeswitch", api.call_freeswitch, name="call-freeswitch"),
    path("<uuid:uid>/recording", api.call_recording, name="call-recording"),
]
