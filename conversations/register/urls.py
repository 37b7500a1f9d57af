"""From an address of the register to its page."""

from django.urls import URLPattern, URLResolver, path

from .views import bases, browsing, lines, notices, numbers, people, supervising

_NOTICE = "zapowiedzi/<str:channel>/<str:part>/<str:language>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", browsing.conversation_list, name="conversation-list"),
    path("szukaj/", browsing.conversation_search, name="conversation-search"),
    path("eksport/", supervising.conversation_export, name="conversation-export"),
    path("<int:pk>/", browsing.conversation_card, name="conversation-card"),
    path("<int:pk>/numer/", numbers.conversation_number, name="conversation-number"),
    path("<int:pk>/sprawa/", numbers.conversation_case, name="conversation-case"),
    path("linie/", lines.line_list, name="line-list"),
    path("linie/nowa/", lines.line_edit, name="line-new"),
    path("linie/<int:pk>/", lines.line_edit, name="line-edit"),
    path("linie/<int:pk>/stan/", lines.line_close, name="line-close"),
    path("linie/<int:pk>/nagrywanie/", lines.line_recording, name="line-recording"),
    path("zapowiedzi/", notices.notice_list, name="notice-list"),
    path(_NOTICE, notices.notice_edit, name="notice-edit"),
    path(f"{_NOTICE}przywroc/", notices.notice_restore, name="notice-restore"),
    path("podstawy/", bases.legal_basis_list, name="legal-basis-list"),
    path("podstawy/nowa/", bases.legal_basis_edit, name="legal-basis-new"),
    path("podstawy/<int:pk>/", bases.legal_basis, name="legal-basis"),
    path("podstawy/<int:pk>/zmiana/", bases.legal_basis_edit, name="legal-basis-edit"),
    path("podstawy/<int:pk>/opinia/", bases.legal_basis_opine, name="legal-basis-opine"),
    path("podstawy/<int:pk>/zatwierdzenie/", bases.legal_basis_approve, name="legal-basis-approve"),
    path("podstawy/<int:pk>/wycofanie/", bases.legal_basis_withdraw, name="legal-basis-withdraw"),
    path("wyznaczenia/", people.designation_list, name="designation-list"),
    path("wyznaczenia/nowe/", people.designation_new, name="designation-new"),
    path("wyznaczenia/wykaz.pdf", people.designation_paper_file, name="designation-paper"),
    path("wyznaczenia/<int:pk>/koniec/", people.designation_end, name="designation-end"),
    path("nadzor/", supervising.supervision, name="supervision"),
    path("nadzor/raport.pdf", supervising.supervision_paper_file, name="supervision-paper"),
    path("informacja/", people.acknowledgement, name="acknowledgement"),
    path("informacja/pracownicy/", people.acknowledgement_list, name="acknowledgement-list"),
]
