"""From an address under /rozmowy/czat/ to the agents’ desk and to the settings of the chat."""

from django.urls import URLPattern, path

from . import desk_hints, desk_views, message_views, ready_views, settings_views, talk_views

urlpatterns: list[URLPattern] = [
    path("", desk_views.chat_desk, name="chat-desk"),
    path("kolejka/", desk_views.desk_live, name="desk-live"),
    path("zdarzenia/", desk_hints.desk_hints, name="desk-hints"),
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
    path("<int:pk>/zablokuj/", ready_views.chat_block_new, name="chat-block-new"),
    path("wiadomosci/", message_views.chat_message_list, name="chat-message-list"),
    path("wiadomosci/<int:pk>/", message_views.chat_message, name="chat-message"),
    path("statystyka/", message_views.chat_figures, name="chat-figures"),
    path("ustawienia/", settings_views.chat_settings, name="chat-settings"),
    path("ustawienia/skrzynki/nowa/", settings_views.chat_inbox_edit, name="chat-inbox-new"),
    path("ustawienia/skrzynki/<int:pk>/", settings_views.chat_inbox_edit, name="chat-inbox-edit"),
    path(
        "ustawienia/skrzynki/<int:pk>/stan/",
        settings_views.chat_inbox_close,
        name="chat-inbox-close",
    ),
    path("ustawienia/odpowiedzi/", ready_views.chat_ready_list, name="chat-ready-list"),
    path("ustawienia/odpowiedzi/nowa/", ready_views.chat_ready_edit, name="chat-ready-new"),
    path("ustawienia/odpowiedzi/<int:pk>/", ready_views.chat_ready_edit, name="chat-ready-edit"),
    path(
        "ustawienia/odpowiedzi/<int:pk>/usun/",
        ready_views.chat_ready_delete,
        name="chat-ready-delete",
    ),
    path("ustawienia/strony/", settings_views.chat_origin_list, name="chat-origin-list"),
    path(
        "ustawienia/strony/<int:pk>/usun/",
        settings_views.chat_origin_remove,
        name="chat-origin-remove",
    ),
    path("ustawienia/blokady/", ready_views.chat_block_list, name="chat-block-list"),
    path(
        "ustawienia/blokady/<int:pk>/zdejmij/", ready_views.chat_block_lift, name="chat-block-lift"
    ),
]
