"""From an address under /rozmowy/wnioski/odsluch/ to a step of a supervised listening."""

from django.urls import path

from . import listening_copy_views
from . import listening_views as views

urlpatterns = [
    path(
        "kopia/<int:pk>/<int:conversation>/", listening_copy_views.access_copy, name="access-copy"
    ),
    path("<int:pk>/", views.listening, name="listening"),
    path("<int:pk>/obecnosc/", views.listening_check_in, name="listening-check-in"),
    path("<int:pk>/obecni/", views.listening_admit, name="listening-admit"),
    path("<int:pk>/obecni/<int:who>/", views.listening_check_out, name="listening-check-out"),
    path("<int:pk>/poczatek/", views.listening_begin, name="listening-begin"),
    path("<int:pk>/przerwa/", views.listening_pause, name="listening-pause"),
    path("<int:pk>/wznowienie/", views.listening_resume, name="listening-resume"),
    path("<int:pk>/rozmowa/<int:conversation>/", views.listening_open, name="listening-open"),
    path("<int:pk>/koniec/", views.listening_finish, name="listening-finish"),
    path("<int:pk>/nieobecnosc/", views.listening_absent, name="listening-absent"),
    path("<int:pk>/protokol/", views.listening_protocol, name="listening-protocol"),
    path("<int:pk>/podpisany/", views.listening_signed, name="listening-signed"),
]
