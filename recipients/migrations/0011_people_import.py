import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recipients", "0010_groups_and_merging")]

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
    ]
