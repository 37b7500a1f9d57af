"""From the addresses under /zgody/ to the register of consents and to forms on paper."""

from django.urls import path

from .views import archiving, batch, desk, leaving, printing, register

urlpatterns = [
    path("", register.consent_register, name="consent-register"),
    path("szukaj/", register.consent_find, name="consent-find"),
    path("rejestr.csv", register.consent_export, name="consent-export"),
    path("statystyka/", register.consent_statistics, name="consent-statistics"),
    path("dowod/<int:pk>/", register.consent_act, name="consent-act"),
    path("wycofanie/<int:pk>/", leaving.consent_withdraw, name="consent-withdraw"),
    path("podpisane/", desk.form_desk, name="form-desk"),
    path("podpisane/drukowanie/", batch.form_batch, name="form-batch"),
    path("podpisane/niezwrocone/", batch.form_late, name="form-late"),
    path("podpisane/<str:number>/", desk.form_receive, name="form-receive"),
    path("podpisane/<str:number>/skan/", archiving.scan_add, name="scan-add"),
    path("skan/<int:pk>/", archiving.scan_page, name="scan-page"),
    path("skan/<int:pk>/plik/", archiving.scan_file, name="scan-file"),
    path("skan/<int:pk>/wymiana/", archiving.scan_replace, name="scan-replace"),
    path("<str:number>.pdf", printing.form_print, name="form-print"),
]
