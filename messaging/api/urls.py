"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import path

from . import account_data, messages, published

urlpatterns = [
    path("me/data-export", account_data.data_export, name="me-data-export"),
    path("messages", messages.message_list, name="messages"),
    path("messages/receipts", messages.message_receipts, name="message-receipts"),
    path("messages/<uuid:uid>", messages.message_detail, name="message"),
    path(
        "messages/<uuid:uid>/attachments/<int:number>",
        messages.message_attachment,
        name="message-attachment",
    ),
    path("alerts", published.alert_list, name="alerts"),
    path("alerts/<uuid:uid>", published.alert_detail, name="alert"),
    path("announcements", published.announcement_list, name="announcements"),
    path("announcements/<uuid:uid>", published.announcement_detail, name="announcement"),
]
