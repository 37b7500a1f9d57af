"""From an address under /rozmowy/wnioski/ to a step of the procedure."""

from django.urls import include, path

from .views import browsing, filing, finding, papers, stepping

urlpatterns = [
    path("odsluch/", include("conversations.access.listening_urls")),
    path("", browsing.access_list, name="access-list"),
    path("nowy/", filing.access_new, name="access-new"),
    path("<int:pk>/", browsing.access_request, name="access-request"),
    path("<int:pk>/krok/<slug:slug>/", stepping.access_step, name="access-step"),
    path("<int:pk>/szukaj/", finding.access_find, name="access-find"),
    path("<int:pk>/rozmowa/<int:conversation>/", finding.access_match, name="access-match"),
    path(
        "<int:pk>/rozmowa/<int:conversation>/usun/", finding.access_unmatch, name="access-unmatch"
    ),
    path("<int:pk>/kod/", finding.access_code, name="access-code"),
    path("<int:pk>/kod/wyslij/", finding.access_code_send, name="access-code-send"),
    path("<int:pk>/pismo/<int:letter>/", papers.access_letter, name="access-letter"),
    path(
        "<int:pk>/pismo/<int:letter>/wyslane/", papers.access_letter_sent, name="access-letter-sent"
    ),
    path("<int:pk>/pismo/<int:letter>/skan/", papers.access_letter_scan, name="access-letter-scan"),
]
