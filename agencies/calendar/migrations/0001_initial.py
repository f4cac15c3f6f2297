from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("day_off", "Day off"), ("extra_workday", "Make-up working day")], max_length=14
                    ),
                ),
                ("holiday", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=200)),
                ("document_no", models.CharField(blank=True, max_length=60)),
                ("confirmed", models.BooleanField(default=True)),
            ],
        ),
    ]
