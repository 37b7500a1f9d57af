"""From an address under /api/v1/ to an endpoint of this app."""

from django.urls import path

from . import messages, published

urlpatterns = [
    path("messages", messages.message_list, name="messages"),
    path("messages/receipts", messages.message_receipts, name="message-receipts"),
    path("messages/<uuid:uid>", messages.message_detail, name="message"),
    path("alerts", published.alert_list, name="alerts"),
    path("alerts/<uuid:uid>", published.alert_detail, name="alert"),
    path("announcements", published.announcement_list, name="announcements"),
    path("announcements/<uuid:uid>", published.announcement_detail, name="announcement"),
]
