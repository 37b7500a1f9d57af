"""From an address under /wiadomosci/szablony/ to a page about templates."""

from django.urls import path

from messaging.views import template_folders, templates

urlpatterns = [
    path("", templates.template_list, name="template-list"),
    path("nowy/", templates.template_edit, name="template-new"),
    path("plik/", templates.template_export, name="template-export"),
    path("wczytanie/", templates.template_import, name="template-import"),
    path("katalogi/nowy/", template_folders.template_folder_edit, name="template-folder-new"),
    path("katalogi/<int:pk>/", template_folders.template_folder_edit, name="template-folder-edit"),
    path(
        "katalogi/<int:pk>/usuniecie/",
        template_folders.template_folder_remove,
        name="template-folder-remove",
    ),
    path("<int:pk>/", templates.template_card, name="template-card"),
    path("<int:pk>/edycja/", templates.template_edit, name="template-edit"),
    path("<int:pk>/archiwum/", templates.template_archive, name="template-archive"),
    path("<int:pk>/katalog/", templates.template_move, name="template-move"),
    path("<int:pk>/wiadomosc/", templates.template_use, name="template-use"),
    path(
        "<int:pk>/wersje/<int:number>/",
        templates.template_restore,
        name="template-restore",
    ),
]
