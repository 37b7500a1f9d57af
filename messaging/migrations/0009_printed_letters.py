from django.db import migrations, models
from django.db.models import Q

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("messaging", "0008_counters")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="farewell",
            field=icp.encryption.fields.SealedField(label="letter.farewell", null=True),
        ),
        migrations.RemoveConstraint(model_name="letter", name="a_letter_goes_to_one_person"),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=Q(recipient__isnull=False, staff__isnull=True, farewell__isnull=True)
                | Q(recipient__isnull=True, staff__isnull=False, farewell__isnull=True)
                | Q(recipient__isnull=True, staff__isnull=True, farewell__isnull=False),
                name="a_letter_goes_to_one_person",
            ),
        ),
    ]
