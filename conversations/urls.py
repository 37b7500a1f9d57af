"""From an address under /rozmowy/ to the room that answers."""

from django.urls import include, path

urlpatterns = [
    path("czat/", include("conversations.chat.desk_urls")),
    path("centrale/", include("conversations.calls.urls")),
    path("polaczenia/", include("conversations.calls.call_urls")),
    path("telefon/", include("conversations.voice.desk_urls")),
    path("odsluch/", include("conversations.playback.urls")),
    path("wnioski/", include("conversations.access.urls")),
    path("przechowywanie/", include("conversations.retention.urls")),
    path("", include("conversations.register.urls")),
]
