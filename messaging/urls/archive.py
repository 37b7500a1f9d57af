"""From an address under /wiadomosci/ to what is kept of messages: figures, evidence, exports, views."""

from django.urls import path

from messaging.views import archive, delivery_export, evidence, figures, summaries

urlpatterns = [
    path("eksport/", archive.list_export, name="message-list-export"),
    path("widok/", archive.view_save, name="message-view-save"),
    path("widok/usun/", archive.view_remove, name="message-view-remove"),
    path("stare-szkice/", archive.draft_cleanup, name="draft-cleanup"),
    path("statystyka/", figures.message_statistics, name="message-statistics"),
    *(
        path(
            f"statystyka/plik.{ending}",
            figures.figures_file,
            {"ending": ending},
            name=f"message-statistics-{ending}",
        )
        for ending in ("csv", "xlsx", "pdf")
    ),
    path("statystyka/podsumowanie/", summaries.summary_readers, name="summary-readers"),
    path(
        "<int:pk>/doreczenia/eksport/",
        delivery_export.deliveries_export,
        name="message-deliveries-export",
    ),
    path("<int:pk>/dowody/", evidence.message_evidence, name="message-evidence"),
    path("<int:pk>/dowody/<int:file>/", evidence.evidence_file, name="evidence-file"),
]
