"""From `/callbacks/<channel>/…` to the inbox; the rest of the path is the channel's own."""

from django.urls import path

from messaging.epuap import callback
from messaging.returns import callbacks

urlpatterns = [
    path("epuap/odbior/", callback.epuap_push, name="epuap-push"),
    path("sms/odpowiedzi/", callbacks.sms_answer, name="sms-answer"),
    path(
        "sms/odpowiedzi/smsapi/<slug:secret>/",
        callbacks.sms_answer_smsapi,
        name="sms-answer-smsapi",
    ),
    path("<slug:channel>/", callbacks.channel_callback, name="channel-callback"),
    path("<slug:channel>/<path:rest>", callbacks.channel_callback, name="channel-callback-of"),
]
