import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ReadAlert",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "To be examined"), ("SETTLED", "Examined")], default="OPEN", max_length=7
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("volume", "Many reads in one hour"),
                            ("restricted", "First read of a restricted case"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=40)),
                ("agency_id", models.BigIntegerField(null=True)),
                ("since", models.DateTimeField(help_text="the hour, or the first read")),
                ("case_id", models.UUIDField(null=True)),
                ("reads", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["state", "since"], name="read_alert_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "volume")),
                        fields=("actor_id", "since"),
                        name="read_alert_once_an_hour",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "restricted")),
                        fields=("actor_id", "case_id"),
                        name="read_alert_once_a_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadRecord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=40)),
                ("agency_id", models.BigIntegerField(null=True)),
                ("address", models.CharField(help_text="the network address of the reader", max_length=45)),
                ("route", models.CharField(help_text="name of the page or of the route of the API", max_length=60)),
                (
                    "object_kind",
                    models.CharField(blank=True, help_text="as in the journal; empty for lists", max_length=20),
                ),
                ("object_id", models.UUIDField(null=True)),
                ("status", models.PositiveSmallIntegerField()),
                (
                    "terms",
                    models.CharField(blank=True, help_text="keyed digests of what was searched for", max_length=200),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["actor_id", "at"], name="reading_by_person"),
                    models.Index(fields=["object_id", "at"], name="reading_by_object"),
                ],
            },
        ),
    ]
