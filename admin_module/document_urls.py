"""From addresses to what is there to read: the handbook, public pages, documents on data protection."""

from django.urls import path

from .views import documents, handbook, public

urlpatterns = [
    path("podrecznik/", handbook.handbook, name="handbook"),
    path("podrecznik/<slug:slug>/", handbook.handbook_page, name="handbook-page"),
    path("deklaracja-dostepnosci/", public.accessibility, name="accessibility"),
    path("prywatnosc/", public.privacy, name="privacy"),
    path("dokumenty/", documents.document_list, name="document-list"),
    path("dokumenty/ocena-skutkow/uzupelnij/", documents.assessment_edit, name="document-complete"),
    path(
        "dokumenty/ocena-skutkow/wersje/<int:version>/",
        documents.assessment_version,
        name="document-version",
    ),
    path("dokumenty/<slug:code>/", documents.document_page, name="document-page"),
    path("dokumenty/<slug:code>/pdf/", documents.document_pdf, name="document-pdf"),
    path("dokumenty/<slug:code>/<slug:table>/", documents.document_data, name="document-data"),
]
