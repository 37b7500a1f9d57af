"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
