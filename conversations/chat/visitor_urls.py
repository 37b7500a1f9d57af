"""From an address under /czat/ to what visitors see and say."""

from django.urls import URLPattern, path

from . import visitor_api, visitor_pages

# Every page once for a window of its own and once for the frame on a site of the city.
PAGES = (
    ("", "", visitor_pages.chat),
    ("pytanie/", "-ask", visitor_pages.chat_ask),
    ("rezygnacja/", "-left", visitor_pages.chat_left),
    ("rozmowa/", "-room", visitor_pages.chat_room),
)
urlpatterns: list[URLPattern] = [
    *(path(route, view, name=f"chat{name}") for route, name, view in PAGES),
    *(
        path(f"widget/{route}", view, {"framed": True}, name=f"chat-widget{name}")
        for route, name, view in PAGES
    ),
    path("loader.js", visitor_pages.chat_loader, name="chat-loader"),
    path("zdarzenia/", visitor_api.chat_events, name="chat-events"),
    path("napisz/", visitor_api.chat_say, name="chat-say"),
    path("pisze/", visitor_api.chat_typing, name="chat-typing"),
    path("koniec/", visitor_api.chat_end, name="chat-end"),
    path("ocena/", visitor_api.chat_rate, name="chat-rate"),
    path("token/", visitor_api.chat_renew, name="chat-renew"),
]
