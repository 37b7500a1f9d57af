"""From an address under /zgloszenia/ to a page of staff; none of them holds personal data."""

from django.urls import path, register_converter

from reports.views import (
    browsing,
    deciding,
    desk,
    figures,
    handling,
    letters,
    moderating,
    moving,
    previewing,
)
from reports.views.slugs import StateConverter

register_converter(StateConverter, "state")

urlpatterns = [
    path("", browsing.report_list, name="report-list"),
    path("szukaj/", browsing.report_search, name="report-search"),
    path("eksport/", figures.report_export, name="report-export"),
    path("statystyki/", figures.report_statistics, name="report-statistics"),
    path("statystyki/plik.csv", figures.statistics_file, {"ending": "csv"}, name="statistics-csv"),
    path(
        "statystyki/plik.xlsx", figures.statistics_file, {"ending": "xlsx"}, name="statistics-xlsx"
    ),
    path("podobne/<int:pk>/", deciding.cluster_page, name="report-cluster"),
    path("podobne/<int:pk>/komunikat/", deciding.cluster_draft, name="cluster-draft"),
    path("podobne/<int:pk>/odrzuc/", deciding.cluster_dismiss, name="cluster-dismiss"),
    path("przechowywanie/", deciding.report_retention, name="report-retention"),
    path("przyjmij/", desk.report_new, name="report-new"),
    path("<int:pk>/", browsing.report_page, name="report"),
    path("<int:pk>/ruch/<state:to>/", moving.report_move, name="report-move"),
    path("<int:pk>/osoba/", handling.report_assign, name="report-assign"),
    path("<int:pk>/jednostka/", handling.report_route, name="report-route"),
    path("<int:pk>/kategoria/", handling.report_sort, name="report-sort"),
    path("<int:pk>/notatka/", handling.report_note, name="report-note"),
    path("<int:pk>/odpowiedz/", handling.report_answer, name="report-answer"),
    path("<int:pk>/pismo/", letters.report_letter, name="report-letter"),
    path("<int:pk>/podglad/", previewing.report_preview, name="report-preview"),
    path("<int:pk>/szablon/", previewing.report_template, name="report-template"),
    path("moderacja/", moderating.moderation_list, name="moderation-list"),
    path("<int:pk>/widocznosc/", moderating.report_moderate, name="report-moderate"),
    path("<int:pk>/zdjecia/<uuid:uid>/", moderating.photo_show, name="photo-show"),
    path("<int:pk>/zdjecia/<uuid:uid>/zaslon/", moderating.photo_redact, name="photo-redact"),
    path("<int:pk>/zdjecia/<uuid:uid>/odslon/", moderating.photo_restore, name="photo-restore"),
    path("<int:pk>/zglaszajacy/", handling.reporter_reveal, name="reporter-reveal"),
]
