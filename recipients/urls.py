"""From the addresses under /odbiorcy/ to their pages; none of them holds personal data."""

from django.urls import include, path

from .views import (
    agreeing,
    browsing,
    changing,
    duplicates,
    exports,
    group_people,
    jobs,
    registering,
)

urlpatterns = [
    path("", browsing.recipient_list, name="recipient-list"),
    path("szukaj/", browsing.recipient_search, name="recipient-search"),
    path("nowy/", registering.recipient_new, name="recipient-new"),
    path("<int:pk>/zarejestrowano/", registering.recipient_done, name="recipient-done"),
    path("nowy/podobni/", registering.recipient_alike, name="recipient-alike"),
    path("nowy/pesel/", registering.pesel_read, name="pesel-read"),
    path("nowy/ulice/", registering.street_find, name="street-find"),
    path("nowy/domy/", registering.house_find, name="house-find"),
    path("grupy/", include("recipients.group_urls")),
    path("", include("recipients.rights_urls")),
    path("<int:pk>/", browsing.recipient_card, name="recipient-card"),
    path("duplikaty/", duplicates.duplicate_list, name="duplicate-list"),
    path("duplikaty/szukaj/", duplicates.duplicate_search, name="duplicate-search"),
    path("duplikaty/<int:pk>/", duplicates.duplicate_apart, name="duplicate-apart"),
    path("<int:pk>/polacz/", duplicates.recipient_twin, name="recipient-twin"),
    path("<int:pk>/polacz/<int:other>/", duplicates.recipient_join, name="recipient-join"),
    path("<int:pk>/grupy/", group_people.recipient_groups, name="recipient-groups"),
    path("<int:pk>/popraw/", changing.recipient_edit, name="recipient-edit"),
    path("<int:pk>/ogranicz/", changing.recipient_restrict, name="recipient-restrict"),
    path("<int:pk>/przywroc/", changing.recipient_lift, name="recipient-lift"),
    path("<int:pk>/wstrzymaj/", changing.recipient_suspend, name="recipient-suspend"),
    path("<int:pk>/wznow/", changing.recipient_resume, name="recipient-resume"),
    path("<int:pk>/zgody/", agreeing.consent_edit, name="consent-edit"),
    path("", include("recipients.address_urls")),
    path("eksporty/", exports.export_list, name="export-list"),
    path("eksporty/nowy/", exports.export_new, name="export-new"),
    path("eksporty/<int:pk>/usun/", exports.export_delete, name="export-delete"),
    path("import/", include("recipients.import_urls")),
    path("zadania/", jobs.job_list, name="job-list"),
    path("zadania/<int:pk>/", jobs.job_page, name="job"),
    path("zadania/<int:pk>/przerwij/", jobs.job_cancel, name="job-cancel"),
    path("zadania/<int:pk>/plik/", jobs.job_file, name="job-file"),
]
