"""From the addresses under /odbiorcy/grupy/ to the pages of groups."""

from django.urls import path

from recipients.views import group_people, groups

urlpatterns = [
    path("", groups.group_list, name="group-list"),
    path("nowa/", groups.group_new, name="group-new"),
    path("na-zywo/", groups.group_live, name="group-live"),
    path("osoby/", groups.group_find, name="group-find"),
    path("ulice/", groups.group_streets, name="group-streets"),
    path("dopisz/", group_people.people_to_group, name="people-to-group"),
    path("<int:pk>/", group_people.group_card, name="group-card"),
    path("<int:pk>/edycja/", groups.group_edit, name="group-edit"),
    path("<int:pk>/usun/", groups.group_remove, name="group-remove"),
    path("<int:pk>/dodaj/", group_people.group_add, name="group-add"),
    path("<int:pk>/wypisz/", group_people.group_take_out, name="group-take-out"),
]
