"""From an address under /rozmowy/wnioski/ to a step of the procedure."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
