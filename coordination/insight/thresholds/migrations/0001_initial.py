import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("metric", models.CharField(max_length=32)),
                ("filters", models.JSONField(blank=True, default=dict)),
                (
                    "over",
                    models.CharField(
                        choices=[
                            ("month", "This month"),
                            ("quarter", "This quarter"),
                            ("year", "This year"),
                            ("12-months", "Last 12 months"),
                        ],
                        default="month",
                        max_length=9,
                    ),
                ),
                (
                    "comparison",
                    models.CharField(choices=[("above", "above"), ("below", "below")], default="above", max_length=5),
                ),
                ("value", models.DecimalField(decimal_places=4, help_text="of a share 0 to 1", max_digits=18)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WATCHING", "Watching"),
                            ("CROSSED", "Crossed"),
                            ("SEEN", "Acknowledged"),
                            ("ENDED", "Ended"),
                        ],
                        default="WATCHING",
                        max_length=8,
                    ),
                ),
                ("found", models.JSONField(blank=True, default=dict)),
                ("lost", models.CharField(blank=True, max_length=32)),
                ("crossed_at", models.DateTimeField(blank=True, null=True)),
                ("headline_zh", models.CharField(max_length=400)),
                ("headline_en", models.CharField(max_length=400)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ENDED"), _negated=True),
                        fields=["owner"],
                        name="threshold_watched",
                    )
                ],
            },
        ),
    ]
