"""From an address under /rozmowy/przechowywanie/ to retention, holds and protocols."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
