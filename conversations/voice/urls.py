"""From an address under /callbacks/voice/ to what Twilio asks for."""

from django.urls import path

from . import webhooks

urlpatterns = [
    path("przychodzace/", webhooks.voice_incoming, name="voice-incoming"),
    path("stan/", webhooks.voice_line_status, name="voice-line-status"),
    path("<uuid:uid>/agent/", webhooks.voice_agent, name="voice-agent"),
    path("<uuid:uid>/komunikat/", webhooks.voice_notice, name="voice-notice"),
    path("<uuid:uid>/wybor/<int:round_number>/", webhooks.voice_choice, name="voice-choice"),
    path("<uuid:uid>/powrot/<int:round_number>/", webhooks.voice_back, name="voice-back"),
    path("<uuid:uid>/odebrano/<int:phone>/", webhooks.voice_taken, name="voice-taken"),
    path("<uuid:uid>/po-rozmowie/", webhooks.voice_after_dial, name="voice-after-dial"),
    path("<uuid:uid>/stan/", webhooks.voice_status, name="voice-status-news"),
    path("<uuid:uid>/nagranie/", webhooks.voice_recording, name="voice-recording"),
]
