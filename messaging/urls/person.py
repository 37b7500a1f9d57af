"""From the addresses under /odbiorcy/ about one person to what was sent, who looked, the copy of data."""

from django.urls import path

from messaging.views import about_person

urlpatterns = [
    path("<int:pk>/slad/", about_person.person_trace, name="person-trace"),
    path("<int:pk>/slad/odczyty/", about_person.person_looks, name="person-looks"),
    path("<int:pk>/kopia/", about_person.person_copy, name="person-copy"),
    path("<int:pk>/kopia/usun/", about_person.person_copy_delete, name="person-copy-delete"),
    path("<int:pk>/kopia/<int:file>/", about_person.person_copy_file, name="person-copy-file"),
]
