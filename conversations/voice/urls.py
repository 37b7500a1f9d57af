"""From an address under /callbacks/voice/ to what Twilio asks for."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
