"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import path

from icp.api.endpoints import together

from . import categories, reports, uploads

urlpatterns = [
    path("categories", categories.category_list, name="category-list"),
    path("uploads", uploads.upload_new, name="upload-new"),
    path("uploads/<uuid:uid>", uploads.upload_remove, name="upload"),
    path("reports", together(reports.report_list, reports.report_new), name="report-list"),
    path("reports/<uuid:uid>", reports.report, name="report"),
    path("reports/<uuid:uid>/events", reports.report_events, name="report-events"),
    path("reports/<uuid:uid>/photos/<uuid:photo>", reports.report_photo, name="report-photo"),
]
