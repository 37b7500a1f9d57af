"""People already registered belong to the unit of whoever entered them."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def give_units(apps, editor):
    user = apps.get_model("admin_module", "User")
    people = apps.get_model("recipients", "Recipient").objects.using(editor.connection.alias)
    clerk = user.objects.filter(pk=OuterRef("registered_by_id"))
    people.filter(unit=None).exclude(registered_by=None).update(
        unit_id=Subquery(clerk.values("unit_id")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("recipients", "0002_units")]

    operations = [migrations.RunPython(give_units, migrations.RunPython.noop)]
