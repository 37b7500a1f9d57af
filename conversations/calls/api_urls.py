"""From an address under /api/v1/calls/ to what exchanges ask for."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
