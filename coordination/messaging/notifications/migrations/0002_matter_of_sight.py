"""What items hold of their sight may also be a lead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.RenameField("inboxitem", "case_id", "matter_id"),
        migrations.AlterField(
            "inboxitem",
            "sees",
            models.CharField(
                blank=True,
                choices=[
                    ("", "Always"),
                    ("case", "Case"),
                    ("contents", "Contents"),
                    ("lead", "Lead"),
                    ("asked", "Asked"),
                ],
                default="asked",
                max_length=8,
            ),
        ),
    ]
