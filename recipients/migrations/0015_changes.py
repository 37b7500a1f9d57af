"""What changed for whom, in an order that loses nothing."""

import django.db.models.deletion
from django.db import migrations, models

import recipients.models.changes


class Migration(migrations.Migration):
    dependencies = [("recipients", "0014_kept_answers")]

    operations = [
        migrations.CreateModel(
            name="ChangeStream",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField()),
                ("last", models.BigIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("uid", models.UUIDField()),
                ("deleted", models.BooleanField(default=False)),
                ("revision", recipients.models.changes.RevisionField()),
                ("changed_at", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recipients.device",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recipients.recipient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("recipient__isnull", False)),
                        fields=["recipient", "revision"],
                        name="changes_of_a_person",
                    ),
                    models.Index(
                        condition=models.Q(("device__isnull", False)),
                        fields=["device", "revision"],
                        name="changes_of_a_device",
                    ),
                    models.Index(
                        condition=models.Q(("device", None), ("recipient", None)),
                        fields=["revision"],
                        name="changes_for_everybody",
                    ),
                    models.Index(
                        condition=models.Q(("deleted", True)),
                        fields=["changed_at"],
                        name="changes_that_deleted",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("recipient", None), ("device", None), _connector="OR"),
                        name="a_change_has_one_owner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("recipient__isnull", False)),
                        fields=("recipient", "uid"),
                        name="one_change_of_a_thing_per_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("device__isnull", False)),
                        fields=("device", "uid"),
                        name="one_change_of_a_thing_per_device",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("device", None), ("recipient", None)),
                        fields=("uid",),
                        name="one_change_of_a_thing_for_everybody",
                    ),
                ],
            },
        ),
    ]
