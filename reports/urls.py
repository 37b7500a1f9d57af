"""From an address under /zgloszenia/ to a page about reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
