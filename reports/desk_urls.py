"""From an address under /zgloszenia/ to a page of staff; none of them holds personal data."""

from django.urls import path, register_converter

from .views import browsing, desk, handling, moving, previewing
from .views.slugs import StateConverter

register_converter(StateConverter, "state")

urlpatterns = [
    path("", browsing.report_list, name="report-list"),
    path("szukaj/", browsing.report_search, name="report-search"),
    path("przyjmij/", desk.report_new, name="report-new"),
    path("<int:pk>/", browsing.report_page, name="report"),
    path("<int:pk>/ruch/<state:to>/", moving.report_move, name="report-move"),
    path("<int:pk>/osoba/", handling.report_assign, name="report-assign"),
    path("<int:pk>/jednostka/", handling.report_route, name="report-route"),
    path("<int:pk>/kategoria/", handling.report_sort, name="report-sort"),
    path("<int:pk>/notatka/", handling.report_note, name="report-note"),
    path("<int:pk>/odpowiedz/", handling.report_answer, name="report-answer"),
    path("<int:pk>/podglad/", previewing.report_preview, name="report-preview"),
    path("<int:pk>/szablon/", previewing.report_template, name="report-template"),
    path("<int:pk>/zglaszajacy/", handling.reporter_reveal, name="reporter-reveal"),
]
