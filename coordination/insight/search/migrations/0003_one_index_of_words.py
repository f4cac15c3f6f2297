from django.db import migrations
from django.db.models import F, TextField, Value
from django.db.models.functions import Concat, Replace

import coordination.insight.search.fulltext

# Each had an index of its own.
KINDS = (
    *("case", "case_outside", "lead", "party", "item", "shipment", "proceeding", "decision", "referral", "envelope"),
    *("task", "instruction", "paper", "incoming", "listing", "lot", "file"),
    *("bulletin", "typical_case", "campaign", "major_case"),
)


def drop_index_of_each_kind(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for kind in KINDS:
            schema_editor.execute(f"DROP INDEX IF EXISTS search_by_words_{kind}")
        schema_editor.execute("DROP INDEX IF EXISTS search_by_words")


def add_kinds_to_words(apps, schema_editor):
    kind = Concat(Value("§k"), Replace(F("kind"), Value("_"), Value("")), Value(" "), output_field=TextField())
    apps.get_model("search", "Entry").objects.update(words=Concat(kind, F("words"), output_field=TextField()))


class Migration(migrations.Migration):
    dependencies = [("search", "0002_triggers")]

    operations = [
        migrations.RunPython(drop_index_of_each_kind, migrations.RunPython.noop),
        migrations.RunPython(add_kinds_to_words, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="entry", name="search_newest_of_kind"),
        migrations.RunPython(coordination.insight.search.fulltext.install, migrations.RunPython.noop),
    ]
