"""From an address under /rozmowy/wnioski/ to a step of the procedure."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.access_list, name="access-list"),
    path("<int:pk>/", views.access_request, name="access-request"),
]
