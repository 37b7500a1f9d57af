"""From an address under /rozmowy/czat/ to the agents’ desk and to the settings of the chat."""

from django.urls import URLPattern, path

from . import desk_views, talk_views

urlpatterns: list[URLPattern] = [
    path("", desk_views.chat_desk, name="chat-desk"),
    path("kolejka/", desk_views.desk_live, name="desk-live"),
    path("obecnosc/", desk_views.desk_available, name="desk-available"),
    path("miejsce/", desk_views.desk_seat, name="desk-seat"),
    path("<int:pk>/", talk_views.desk_talk, name="desk-talk"),
    path("<int:pk>/zapis/", talk_views.desk_stream, name="desk-stream"),
    path("<int:pk>/przejmij/", desk_views.desk_take, name="desk-take"),
    path("<int:pk>/napisz/", talk_views.desk_say, name="desk-say"),
    path("<int:pk>/pisze/", talk_views.desk_typing, name="desk-typing"),
    path("<int:pk>/przekaz/", talk_views.desk_transfer, name="desk-transfer"),
    path("<int:pk>/zakoncz/", talk_views.desk_close, name="desk-close"),
    path("<int:pk>/sprawa/", talk_views.desk_case, name="desk-case"),
]
