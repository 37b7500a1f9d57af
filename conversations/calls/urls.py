"""From an address under /rozmowy/centrale/ to a page about telephone exchanges."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
