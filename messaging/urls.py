"""From an address under /wiadomosci/ to a page about messages."""

from django.urls import include, path

from .views import (
    alone,
    approving,
    attachments,
    checking,
    composing,
    deliveries,
    draft_moves,
    following,
    listing,
    planning,
    progress,
    unknowns,
    unsaving,
)

urlpatterns = [
    path("", include("messaging.archive_urls")),
    path("", listing.message_list, name="message-list"),
    path("szablony/", include("messaging.template_urls")),
    path("nowa/", composing.message_edit, name="message-new"),
    path("na-zywo/", composing.message_live, name="message-live"),
    path("niezapisane/", unsaving.message_autosave, name="message-autosave"),
    path("niezapisane/<int:pk>/odrzucenie/", unsaving.unsaved_drop, name="unsaved-drop"),
    path("podglad/", composing.message_preview, name="message-preview"),
    path("osoby/", composing.message_people, name="message-people"),
    path("ulice/", composing.message_streets, name="message-streets"),
    path("do-zatwierdzenia/", approving.approval_queue, name="approval-queue"),
    path("alarmy-bez-drugiej-osoby/", alone.alone_report, name="approval-alone-report"),
    path("kalendarz/", planning.message_calendar, name="message-calendar"),
    path("<int:pk>/", progress.message_progress, name="message-progress"),
    path("<int:pk>/na-zywo/", progress.message_progress_live, name="message-progress-live"),
    path("<int:pk>/edycja/", composing.message_edit, name="message-edit"),
    path("<int:pk>/zalaczniki/", attachments.message_attachments, name="message-attachments"),
    path("<int:pk>/zalaczniki/<int:place>/", attachments.attachment_open, name="attachment-open"),
    path(
        "<int:pk>/zalaczniki/<int:place>/usuniecie/",
        attachments.attachment_remove,
        name="attachment-remove",
    ),
    path("<int:pk>/niezapisane/", unsaving.message_autosave, name="message-autosave-draft"),
    path("<int:pk>/kopia/", draft_moves.message_copy, name="message-copy"),
    path("<int:pk>/usuniecie/", draft_moves.message_delete, name="message-delete"),
    path("<int:pk>/przywrocenie/", draft_moves.message_undelete, name="message-undelete"),
    path("<int:pk>/sprawdzenie/", checking.message_check, name="message-check"),
    path("<int:pk>/wyslanie/", checking.message_send, name="message-send"),
    path("<int:pk>/zatwierdzenie/", approving.message_approve, name="message-approve"),
    path("<int:pk>/bez-drugiej-osoby/", alone.message_break_glass, name="message-break-glass"),
    path("<int:pk>/przeglad/", alone.message_review, name="message-review"),
    path("<int:pk>/termin/", planning.message_move, name="message-move"),
    path("<int:pk>/cofniecie/", planning.message_take_back, name="message-take-back"),
    path("<int:pk>/odpowiedz/", progress.message_answer, name="message-answer"),
    path("<int:pk>/wstrzymanie/", progress.message_brake, {"brake": "pause"}, name="message-pause"),
    path(
        "<int:pk>/wznowienie/", progress.message_brake, {"brake": "resume"}, name="message-resume"
    ),
    path(
        "<int:pk>/anulowanie/", progress.message_brake, {"brake": "cancel"}, name="message-cancel"
    ),
    path(
        "<int:pk>/wycofanie/",
        progress.message_brake,
        {"brake": "withdraw"},
        name="message-withdraw",
    ),
    path(
        "<int:pk>/sprostowanie/",
        following.message_follow,
        {"kind": "correction"},
        name="message-correct",
    ),
    path(
        "<int:pk>/odwolanie/",
        following.message_follow,
        {"kind": "call_off"},
        name="message-call-off",
    ),
    path("<int:pk>/doreczenia/", deliveries.message_deliveries, name="message-deliveries"),
    path("niepewne/", unknowns.unknown_list, name="unknown-list"),
    path("niepewne/decyzja/", unknowns.unknown_settle, name="unknown-settle"),
    path("doreczenia/<int:pk>/", deliveries.delivery_detail, name="delivery-detail"),
    path("doreczenia/<int:pk>/upp/<int:upp>/", deliveries.delivery_upp, name="delivery-upp"),
    path("doreczenia/<int:pk>/decyzja/", deliveries.delivery_settle, name="delivery-settle"),
]
