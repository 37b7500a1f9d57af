"""Two usual Celery shapes: a task for each person, and chunks with one connection and bulk_update."""

import os

from celery import Celery
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from benchmarks.rivals.models import Mail

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.rivals.settings")
app = Celery("rivals")
app.config_from_object("django.conf:settings", namespace="CELERY")

_kept: list[BaseEmailBackend] = []


def kept_connection() -> BaseEmailBackend:
    """One SMTP connection per process, opened once."""
    if not _kept:
        connection = get_connection()
        connection.open()
        _kept.append(connection)
    return _kept[0]


def build(mail: Mail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject, mail.body, "icp@zazolcin.example", [mail.address], connection=connection
    )
    message.attach_alternative(mail.html, "text/html")
    return message


@app.task
def send_one(pk: int) -> None:
    mail = Mail.objects.get(pk=pk)
    build(mail, kept_connection()).send()
    mail.state = "sent"
    mail.save(update_fields=["state"])


@app.task
def send_chunk(pks: list[int]) -> None:
    mails = list(Mail.objects.filter(pk__in=pks))
    connection = kept_connection()
    connection.send_messages([build(mail, connection) for mail in mails])
    for mail in mails:
        mail.state = "sent"
    Mail.objects.bulk_update(mails, ["state"])
