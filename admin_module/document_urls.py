"""From addresses to what is there to read: the handbook, public pages, documents on data protection."""

from django.urls import path

from .views import handbook, public

urlpatterns = [
    path("podrecznik/", handbook.handbook, name="handbook"),
    path("podrecznik/<slug:slug>/", handbook.handbook_page, name="handbook-page"),
    path("deklaracja-dostepnosci/", public.accessibility, name="accessibility"),
    path("prywatnosc/", public.privacy, name="privacy"),
]
