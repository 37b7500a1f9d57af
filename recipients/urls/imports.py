"""From the addresses under /odbiorcy/import/ to the steps of an import of people."""

from django.urls import path

from recipients.views import importing, proposing

urlpatterns = [
    path("", importing.people_import, name="people-import"),
    path("wzor.<str:ending>", importing.people_import_template, name="people-import-template"),
    path("<int:pk>/", importing.people_import_page, name="people-import-page"),
    path("<int:pk>/kolumny/", importing.people_import_columns, name="people-import-columns"),
    path("<int:pk>/zapisz/", importing.people_import_confirm, name="people-import-confirm"),
    path("<int:pk>/porzuc/", importing.people_import_drop, name="people-import-drop"),
    path("<int:pk>/cofnij/", importing.people_import_undo, name="people-import-undo"),
    path("<int:pk>/roznice/", proposing.people_import_changes, name="people-import-changes"),
]
