import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0010_groups_and_merging"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="job", name="one_open_job_of_a_kind"),
        migrations.RemoveField(model_name="job", name="source"),
        migrations.RemoveField(model_name="job", name="wrong_lines"),
        migrations.RemoveField(model_name="job", name="uid"),
        migrations.AddField(model_name="job", name="detail", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="job",
            name="result",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="recipients.officefile",
            ),
        ),
        migrations.AddField(
            model_name="job", name="turn", field=models.CharField(blank=True, max_length=40)
        ),
        migrations.AlterField(model_name="job", name="kind", field=models.CharField(max_length=30)),
        migrations.AlterField(
            model_name="job", name="problem", field=models.CharField(blank=True, max_length=30)
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "running"]),
                    models.Q(("turn", ""), _negated=True),
                ),
                fields=("turn",),
                name="one_open_job_of_a_turn",
            ),
        ),
        migrations.CreateModel(
            name="PeopleImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "columns to choose"),
                            ("checked", "checked"),
                            ("imported", "imported"),
                            ("undone", "taken back"),
                            ("dropped", "given up"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("plan", icp.encryption.fields.SealedField(label="people_import.plan")),
                ("head_digest", models.BinaryField(default=bytes, max_length=32)),
                ("file_digest", models.BinaryField(max_length=32)),
                (
                    "arrive",
                    models.CharField(
                        choices=[
                            ("pending", "wait for the signed form"),
                            ("active", "active at once: signed papers are kept elsewhere"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("send_codes", models.BooleanField(default=True)),
                ("counts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("imported_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="recipients.officefile",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="recipients.job",
                    ),
                ),
            ],
            options={"permissions": (("import_recipient", "Can import people from a file"),)},
        ),
        migrations.AddField(
            model_name="recipient",
            name="people_import",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="people",
                to="recipients.peopleimport",
            ),
        ),
        migrations.CreateModel(
            name="ImportProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("row", models.PositiveIntegerField()),
                ("proposed", icp.encryption.fields.SealedField(label="import_proposal.proposed")),
                ("reason", models.CharField(max_length=20)),
                ("fields", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to decide"),
                            ("accepted", "taken over"),
                            ("rejected", "left as it was"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recipients.recipient",
                    ),
                ),
                (
                    "people_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="recipients.peopleimport",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["people_import", "state", "id"], name="proposals_of_an_import"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("people_import", "row"), name="one_proposal_of_a_row_of_an_import"
                    )
                ],
            },
        ),
    ]
