"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import path

from icp.api.endpoints import together

from . import answering, categories, public, reports, uploads

urlpatterns = [
    path("categories", categories.category_list, name="category-list"),
    path("map/reports", public.map_reports, name="map-reports"),
    path("reports/nearby", public.reports_nearby, name="reports-nearby"),
    path("uploads", uploads.upload_new, name="upload-new"),
    path("uploads/<uuid:uid>", uploads.upload_remove, name="upload"),
    path("reports", together(reports.report_list, reports.report_new), name="report-list"),
    path("reports/<uuid:uid>", reports.report, name="report"),
    path("reports/<uuid:uid>/events", reports.report_events, name="report-events"),
    path("reports/<uuid:uid>/replies", answering.report_reply, name="report-reply"),
    path("reports/<uuid:uid>/confirm", answering.report_confirm, name="report-confirm"),
    path("reports/<uuid:uid>/dispute", answering.report_dispute, name="report-dispute"),
    path("reports/<uuid:uid>/withdraw", answering.report_withdraw, name="report-withdraw"),
    path(
        "reports/<uuid:uid>/follow",
        together(answering.report_follow, answering.report_unfollow),
        name="report-follow",
    ),
    path("reports/<uuid:uid>/photos/<uuid:photo>", reports.report_photo, name="report-photo"),
]
