"""From an address under /wiadomosci/ to what is kept of messages: figures, evidence, exports, views."""

from django.urls import path

from .views import evidence

urlpatterns = [
    path("<int:pk>/dowody/", evidence.message_evidence, name="message-evidence"),
    path("<int:pk>/dowody/<int:file>/", evidence.evidence_file, name="evidence-file"),
]
