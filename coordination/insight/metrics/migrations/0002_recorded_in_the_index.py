from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="fact",
            name="metric_fact_of_centre",
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("restricted", False), ("shared", False)),
                fields=["measure", "day"],
                include=("agency_id", "bucket", "label_set", "n", "amount", "recorded"),
                name="metric_fact_of_centre",
            ),
        ),
    ]
