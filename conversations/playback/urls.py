"""From an address under /rozmowy/odsluch/ to a player."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
