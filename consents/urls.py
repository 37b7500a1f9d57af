"""From the addresses under /zgody/ to printed forms."""

from django.urls import path

from . import views

urlpatterns = [
    path("<str:number>.pdf", views.form_print, name="form-print"),
]
