"""From the addresses that every map asks, staff's and residents', to their answers."""

from django.urls import path

from recipients.views import mapping

urlpatterns = [
    path("obrys.geojson", mapping.town_outline, name="town-outline"),
    path("adres/", mapping.address_find, name="address-find"),
]
