"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import path

from . import account_data

urlpatterns = [
    path("me/data-export", account_data.data_export, name="me-data-export"),
]
