"""From an address under /czat/ to what visitors see and say."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
