"""Topics keep the order they had; those by law name the law that alarms rest on."""

from django.db import migrations, models
from django.db.models import F

LAW = "ustawa z dnia 26 kwietnia 2007 r. o zarządzaniu kryzysowym"


def fill(apps, editor):
    topics = apps.get_model("consents", "Topic").objects
    topics.update(place=F("bit"))
    topics.filter(mandatory=True, legal_basis="").update(legal_basis=LAW)


class Migration(migrations.Migration):
    dependencies = [("consents", "0005_topics")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            "topic",
            models.CheckConstraint(
                condition=models.Q(
                    ("mandatory", False),
                    models.Q(("legal_basis", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_topic_by_law_names_its_law",
            ),
        ),
    ]
