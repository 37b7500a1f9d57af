"""From the addresses that other people's standards fix to what they ask for."""

from django.urls import path

from . import views

urlpatterns = [
    path(".well-known/assetlinks.json", views.asset_links, name="asset-links"),
    path(".well-known/apple-app-site-association", views.apple_links, name="apple-links"),
    path("robots.txt", views.robots, name="robots"),
]
