"""From an address under /rozmowy/odsluch/ to a player."""

from django.urls import path

from . import emergencies, emergency_numbers, views

urlpatterns = [
    path("awaryjne/", emergencies.break_glass_list, name="break-glass-list"),
    path("awaryjne/<int:pk>/", emergencies.break_glass_review, name="break-glass-review"),
    path(
        "awaryjne/numer/<int:pk>/",
        emergencies.break_glass_number_review,
        name="break-glass-number-review",
    ),
    path(
        "rozmowa/<int:pk>/numer/",
        emergency_numbers.break_glass_number,
        name="break-glass-number",
    ),
    path(
        "numer/<uuid:uid>/",
        emergency_numbers.break_glass_number_shown,
        name="break-glass-number-shown",
    ),
    path("rozmowa/<int:pk>/", views.playback_begin, name="playback-begin"),
    path("<uuid:uid>/", views.playback, name="playback"),
    path("<uuid:uid>/dzwiek/<str:token>/", views.playback_sound, name="playback-sound"),
    path("<uuid:uid>/obecnosc/", views.playback_alive, name="playback-alive"),
    path("<uuid:uid>/slad/", views.playback_trace, name="playback-trace"),
    path("<uuid:uid>/koniec/", views.playback_end, name="playback-end"),
]
