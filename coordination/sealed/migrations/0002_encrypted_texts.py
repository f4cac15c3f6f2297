import json

from django.db import migrations, models

from agencies.kernel.sealing import PREFIX, Ciphertext, seal, unseal

TEXTS = ("addressee", "official", "facts", "number", "result", "ending_reason")


def encrypt(apps, schema_editor):
    """Texts of letters, and the words beside their events. Without the key it fails before it changed anything."""
    for row, name, value, place in _stored(apps, schema_editor):
        if value and not (isinstance(value, str) and value.startswith(PREFIX)):
            setattr(row, name, str(seal(value if isinstance(value, str) else _json(value), place)))
            row.save(update_fields=[name])
    _settle(schema_editor)


def decrypt(apps, schema_editor):
    for row, name, value, place in _stored(apps, schema_editor):
        if isinstance(value, str) and value.startswith(PREFIX):
            text = unseal(Ciphertext(value), place)
            setattr(row, name, json.loads(text) if name == "data" else text)
            row.save(update_fields=[name])
    _settle(schema_editor)


def _settle(schema_editor):
    """PostgreSQL alters no table while checks of its rows are still to come."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _stored(apps, schema_editor):
    """Every column that is encrypted: its row, name, value, and the place to which it is bound."""
    alias = schema_editor.connection.alias
    letters = apps.get_model("sealed", "SealedLetter").objects.using(alias)
    notes = apps.get_model("journal", "EventNote").objects.using(alias).filter(event__stream__kind="sealed")
    for row in letters.iterator():
        yield from ((row, name, getattr(row, name), f"sealed_sealedletter.{name}:{row.pk}") for name in TEXTS)
    for row in notes.iterator():
        yield from (
            (row, name, getattr(row, name), f"journal_eventnote.{name}:{row.pk}") for name in ("reason", "data")
        )


def _json(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_streams_of_sealed_letters"),
        ("sealed", "0001_sealed_letters"),
    ]
    operations = [
        migrations.AlterField(
            "sealedletter",
            "addressee",
            models.TextField(help_text="the supervisory organ, or the procuratorate"),
        ),
        migrations.AlterField(
            "sealedletter",
            "official",
            models.TextField(help_text="who is suspected: name, organ, post"),
        ),
        migrations.AlterField("sealedletter", "number", models.TextField(blank=True)),
        migrations.RunPython(encrypt, decrypt),
    ]
