"""From an address under /zgloszenia/ to a photo; an address holds nothing but a random number."""

from django.urls import path

from reports.views import photos

urlpatterns = [
    path("zdjecia/<uuid:uid>/", photos.report_photo, name="report-photo"),
    path("publiczne/zdjecia/<uuid:uid>/", photos.report_photo_public, name="report-photo-public"),
]
