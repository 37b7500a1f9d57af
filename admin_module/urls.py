"""From the office's addresses to its pages."""

from django.urls import path

from . import audit_views, session, styl, views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("zaloguj/", views.sign_in, name="sign-in"),
    path("wyloguj/", views.sign_out, name="sign-out"),
    path("dziennik/", audit_views.audit_list, name="audit-list"),
    path("dziennik/eksport/", audit_views.audit_export, name="audit-export"),
    path("dziennik/sprawdz/", audit_views.audit_verify, name="audit-verify"),
    path("sesja/", session.session_extend, name="session-extend"),
    path("styl/", styl.styl, name="styl"),
]
