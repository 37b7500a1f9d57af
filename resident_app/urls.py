"""From an address under /app/ to the app's page, and from what it needs to its files."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.app, name="app"),
    path("manifest.webmanifest", views.app_manifest, name="app-manifest"),
    path("sw.js", views.app_worker, name="app-worker"),
    path("offline/", views.app_offline, name="app-offline"),
    path("<path:screen>", views.app, name="app-screen"),
]
