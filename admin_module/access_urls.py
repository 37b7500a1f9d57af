"""From the addresses of units, roles and the review of access to their pages."""

from django.urls import path

from .views import reviews, roles, staff_roles, units

urlpatterns = [
    path("jednostki/", units.unit_list, name="unit-list"),
    path("jednostki/nowa/", units.unit_new, name="unit-new"),
    path("jednostki/<int:pk>/", units.unit_edit, name="unit-edit"),
    path("jednostki/<int:pk>/zamknij/", units.unit_close, name="unit-close"),
    path("jednostki/<int:pk>/otworz/", units.unit_reopen, name="unit-reopen"),
    path("uprawnienia/", roles.role_matrix, name="role-matrix"),
    path("uprawnienia/zmiany/", roles.role_change, name="role-change"),
    path("uprawnienia/nowa-rola/", roles.role_new, name="role-new"),
    path("uprawnienia/<int:pk>/nazwa/", roles.role_rename, name="role-rename"),
    path("uprawnienia/<int:pk>/usun/", roles.role_remove, name="role-remove"),
    path("pracownicy/<int:pk>/role/", staff_roles.staff_roles, name="staff-roles"),
    path("przeglad-uprawnien/", reviews.access_review, name="access-review"),
    path("przeglad-uprawnien/przejrzane/", reviews.access_review_mark, name="access-review-mark"),
    path("przeglad-uprawnien/raport.pdf", reviews.access_review_pdf, name="access-review-pdf"),
    path("przeglad-uprawnien/raport.csv", reviews.access_review_csv, name="access-review-csv"),
]
