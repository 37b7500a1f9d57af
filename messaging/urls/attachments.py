"""From an address under /z/ to what is attached to a message."""

from django.urls import path

from messaging.views import attachments

urlpatterns = [
    path("<slug:token>/", attachments.attachment_page, name="attachment-page"),
    path("<slug:token>/<int:place>/", attachments.attachment_file, name="attachment-file"),
]
