import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


def _id() -> models.Field:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


GROUP = [
    migrations.AddField(
        "recipientgroup",
        "kind",
        models.CharField(
            choices=[("fixed", "listed people"), ("dynamic", "whoever fits a filter")],
            default="fixed",
            max_length=8,
        ),
    ),
    migrations.AddField("recipientgroup", "revision", models.PositiveIntegerField(default=1)),
    migrations.AddField("recipientgroup", "form_key", models.UUIDField(null=True, unique=True)),
    migrations.CreateModel(
        name="GroupFilter",
        fields=[
            ("id", _id()),
            ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ("saved", icp.encryption.fields.SealedField(label="group.filter")),
            (
                "group",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="saved",
                    to="recipients.recipientgroup",
                ),
            ),
        ],
        options={"abstract": False},
    ),
]
STATES = [
    ("pending", "waiting for the signed form"),
    ("active", "active"),
    ("restricted", "restricted by the office"),
    ("suspended", "suspended at own wish"),
    ("merged", "merged with another card"),
    ("erased", "erased"),
]
MERGING = [
    migrations.AlterField(
        "recipient",
        "state",
        models.CharField(choices=STATES, default="pending", max_length=10),
    ),
    migrations.AlterField(
        "recipient", "state_before", models.CharField(blank=True, choices=STATES, max_length=10)
    ),
    migrations.AddField(
        "recipient",
        "merged_into",
        models.ForeignKey(
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="absorbed",
            to="recipients.recipient",
        ),
    ),
    migrations.RemoveConstraint("recipient", "only_the_erased_have_no_identity"),
    migrations.AddConstraint(
        "recipient",
        models.CheckConstraint(
            condition=models.Q(state__in=["merged", "erased"]) | models.Q(identity__isnull=False),
            name="only_who_is_gone_has_no_identity",
        ),
    ),
    migrations.AddConstraint(
        "recipient",
        models.CheckConstraint(
            condition=models.Q(state="merged", merged_into__isnull=False)
            | models.Q(state="erased")
            | (~models.Q(state__in=["merged", "erased"]) & models.Q(merged_into__isnull=True)),
            name="a_merged_card_leads_to_another",
        ),
    ),
]
PAIRS = [
    migrations.CreateModel(
        name="DuplicatePair",
        fields=[
            ("id", _id()),
            ("reasons", models.JSONField(default=list)),
            (
                "strength",
                models.PositiveSmallIntegerField(
                    choices=[
                        (1, "perhaps: the same contact only, often a family"),
                        (2, "likely"),
                        (3, "certain: the same PESEL"),
                    ]
                ),
            ),
            ("found_at", models.DateTimeField()),
            ("different_at", models.DateTimeField(null=True)),
            (
                "different_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "first",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="recipients.recipient",
                ),
            ),
            (
                "second",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="recipients.recipient",
                ),
            ),
        ],
        options={
            "permissions": (("join_recipients", "Can merge two cards of one person"),),
            "indexes": [
                models.Index(
                    condition=models.Q(different_at__isnull=True),
                    fields=["-strength", "id"],
                    name="alike_to_look_at",
                )
            ],
            "constraints": [
                models.UniqueConstraint(fields=("first", "second"), name="one_row_for_two_alike"),
                models.CheckConstraint(
                    condition=models.Q(first__lt=models.F("second")),
                    name="the_lower_id_comes_first",
                ),
            ],
        },
    ),
    # A search that the clock orders has nobody behind it.
    migrations.AlterField(
        "job",
        "created_by",
        models.ForeignKey(
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0009_sealed_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [*GROUP, *MERGING, *PAIRS]
