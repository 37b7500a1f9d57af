"""Consents are append-only; the words of a form that was printed once stay as they were."""

from django.db import migrations

from admin_module import append_only

TEXT = "consents_consenttext"
USED = "EXISTS (SELECT 1 FROM consents_consentform f WHERE f.text_id = OLD.id)"
USED += " OR EXISTS (SELECT 1 FROM consents_consent c WHERE c.text_id = OLD.id)"

POSTGRESQL = [
    f"""
    CREATE FUNCTION refuse_change_of_used_text() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {USED} THEN
            RAISE EXCEPTION 'this consent text was used' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    f"CREATE TRIGGER {TEXT}_keeps_used_words BEFORE UPDATE ON {TEXT} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_used_text()",
    f"ALTER TABLE {TEXT} ENABLE ALWAYS TRIGGER {TEXT}_keeps_used_words",
]
SQLITE = [
    f"CREATE TRIGGER {TEXT}_keeps_used_words BEFORE UPDATE ON {TEXT} WHEN {USED} "
    "BEGIN SELECT RAISE(ABORT, 'this consent text was used'); END"
]


def guard_texts(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def release_texts(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TRIGGER {TEXT}_keeps_used_words")
    else:
        editor.execute(f"DROP TRIGGER {TEXT}_keeps_used_words ON {TEXT}")
        editor.execute("DROP FUNCTION refuse_change_of_used_text()")


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_initial")]

    operations = [
        append_only.operation("consents_consent"),
        migrations.RunPython(guard_texts, release_texts),
    ]
