"""From an address under /rozmowy/czat/ to the agents’ desk."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
