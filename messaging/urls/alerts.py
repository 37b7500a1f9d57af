"""From an address under /alerty/ to a page that everybody may read."""

from django.urls import path

from messaging.views import alerts

urlpatterns = [
    path("", alerts.alert_list, name="alert-list"),
    path("atom.xml", alerts.alert_feed, name="alert-feed"),
    path("<uuid:uid>/", alerts.alert, name="alert"),
]
