import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import icp.encryption.fields

KINDS = [
    ("view", "to see the data"),
    ("correct", "to correct the data"),
    ("complete", "to complete the data"),
    ("update", "to bring the data up to date"),
    ("rectify", "to rectify false data"),
    ("restrict", "to restrict the processing"),
    ("suspend", "to suspend the account"),
    ("resume", "to resume the account"),
    ("erase", "to erase the data"),
]
WAYS = [
    ("desk", "in person at the office"),
    ("phone", "by telephone"),
    ("letter", "in a letter"),
    ("epuap", "by ePUAP"),
    ("app", "in the mobile app"),
]
OUTCOMES = [
    ("done", "done as asked"),
    ("refused", "the office refused"),
    ("taken_back", "taken back by the person"),
    ("void", "ended with the erasure"),
]


def staff():
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0007_epuap_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("how", models.CharField(choices=WAYS, max_length=8)),
                ("received_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("words", icp.encryption.fields.SealedField(label="request.words", null=True)),
                ("extended_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=10)),
                ("closed_by", staff()),
                ("opened_by", staff()),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rights_requests",
                        to="recipients.recipient",
                    ),
                ),
            ],
            options={
                "permissions": (
                    ("erase_recipient", "Can erase a recipient"),
                    ("print_code", "Can send validation codes anew and print them"),
                ),
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(closed_at__isnull=True),
                        fields=("recipient", "kind"),
                        name="one_open_request_of_a_kind_per_person",
                    ),
                    models.CheckConstraint(
                        condition=Q(closed_at__isnull=True, outcome="")
                        | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                        name="a_request_is_closed_with_an_outcome",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=Q(closed_at__isnull=True),
                        fields=["due_on", "id"],
                        name="open_requests_by_due_day",
                    ),
                    models.Index(fields=["recipient", "-id"], name="requests_of_a_person"),
                ],
            },
        ),
        migrations.AddField(
            model_name="recipient",
            name="guardian",
            field=icp.encryption.fields.SealedField(label="recipient.guardian", null=True),
        ),
        migrations.AddField(
            model_name="validationcode",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="printed_codes",
                to="recipients.recipient",
            ),
        ),
        migrations.AlterField(
            model_name="validationcode",
            name="contact_point",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="codes",
                to="recipients.contactpoint",
            ),
        ),
        migrations.AddIndex(
            model_name="validationcode",
            index=models.Index(
                condition=Q(used_at__isnull=True), fields=["digest"], name="codes_to_redeem"
            ),
        ),
        migrations.AddConstraint(
            model_name="validationcode",
            constraint=models.CheckConstraint(
                condition=Q(contact_point__isnull=False, recipient__isnull=True)
                | Q(contact_point__isnull=True, recipient__isnull=False),
                name="a_code_goes_to_an_address_or_on_paper",
            ),
        ),
    ]
