from django.db import migrations, models

import coordination.insight.search.fulltext


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=14)),
                ("thing", models.UUIDField()),
                ("subject", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField(help_text="when the thing began: newest first is the only order")),
                ("words", coordination.insight.search.fulltext.WordsField()),
                ("edition", models.PositiveSmallIntegerField(default=4)),
                (
                    "seq",
                    models.PositiveIntegerField(default=0, help_text="the last event of the stream that it knows of"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("thing", "kind"), name="search_entry_once")],
            },
        ),
        migrations.RunPython(
            coordination.insight.search.fulltext.install, coordination.insight.search.fulltext.uninstall
        ),
    ]
