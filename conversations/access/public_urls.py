"""From an address under /wniosek-o-nagranie/ to the application that anybody may make."""

from django.urls import path

from .views import filing

urlpatterns = [
    path("", filing.access_public, name="access-public"),
    path("formularz.pdf", filing.access_blank, name="access-blank"),
]
