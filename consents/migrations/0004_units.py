from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consents", "0003_first_text"), ("admin_module", "0004_units")]

    operations = []
