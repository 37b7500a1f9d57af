"""From an address under /zgloszenia/ that needs no account to its page."""

from django.urls import path

from reports.views import public

urlpatterns = [
    path("publiczne/", public.public_list, name="public-report-list"),
    path("publiczne/<uuid:uid>/", public.public_report, name="public-report"),
    path("nowe/", public.public_new, name="public-new"),
    path("nowe/wyslane/", public.public_sent, name="public-sent"),
    path("nowe/<slug:code>/", public.public_new_report, name="public-new-report"),
    path("potwierdz/<str:token>/", public.public_confirm, name="public-confirm"),
]
