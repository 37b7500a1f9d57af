"""From the office's addresses to its pages."""

from django.urls import path

from . import session
from .views import auditing, handbook, signing_in, start, styl

urlpatterns = [
    path("", start.dashboard, name="dashboard"),
    path("zaloguj/", signing_in.sign_in, name="sign-in"),
    path("wyloguj/", signing_in.sign_out, name="sign-out"),
    path("dziennik/", auditing.audit_list, name="audit-list"),
    path("dziennik/eksport/", auditing.audit_export, name="audit-export"),
    path("dziennik/sprawdz/", auditing.audit_verify, name="audit-verify"),
    path("podrecznik/", handbook.handbook, name="handbook"),
    path("podrecznik/<slug:slug>/", handbook.handbook_page, name="handbook-page"),
    path("sesja/", session.session_extend, name="session-extend"),
    path("styl/", styl.styl, name="styl"),
]
