"""From the addresses under /odbiorcy/epuap/ to the queue of documents from ePUAP."""

from django.urls import path

from messaging.views import epuap_documents

urlpatterns = [
    path("", epuap_documents.epuap_queue, name="epuap-queue"),
    path("<int:pk>/", epuap_documents.epuap_document, name="epuap-document"),
    path("<int:pk>/decyzja/", epuap_documents.epuap_document_decide, name="epuap-document-decide"),
    path("<int:pk>/xml/", epuap_documents.epuap_document_xml, name="epuap-document-xml"),
]
