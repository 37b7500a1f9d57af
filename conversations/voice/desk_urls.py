"""From an address under /rozmowy/telefon/ to a page about calls through Twilio."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.voice_list, name="voice-list"),
    path("<int:pk>/", views.voice_line, name="voice-line"),
    path("<int:pk>/telefony/nowy/", views.voice_phone_new, name="voice-phone-new"),
    path(
        "<int:pk>/telefony/<int:phone>/usun/", views.voice_phone_remove, name="voice-phone-remove"
    ),
    path("nagrania/<int:pk>/ponow/", views.voice_recording_again, name="voice-recording-again"),
    path("zadzwon/", views.voice_call, name="voice-call"),
    path("zadzwon/<int:pk>/", views.voice_call_state, name="voice-call-state"),
    path("zadzwon/<int:pk>/bez-nagrania/", views.voice_decline, name="voice-decline"),
]
