import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from agencies.journal.triggers import INVOLVEMENT, TABLE, drop, install


def put_triggers(apps: Any, schema_editor: Any) -> None:
    for table in (TABLE, INVOLVEMENT):
        install(schema_editor.connection, table)


def take_triggers_away(apps: Any, schema_editor: Any) -> None:
    for table in (TABLE, INVOLVEMENT):
        drop(schema_editor.connection, table)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StateInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_kind", models.CharField(max_length=20)),
                ("object_id", models.UUIDField()),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3 … of this thing")),
                ("state", models.CharField(max_length=24)),
                ("agency_id", models.BigIntegerField(null=True)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["object_id", "number"],
                "indexes": [models.Index(fields=["object_kind", "left_at"], name="stay_by_kind")],
                "constraints": [
                    models.UniqueConstraint(fields=("object_id", "number"), name="stay_once_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("left_at__gte", models.F("entered_at"))), name="stay_ends_after_start"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case", "Case"),
                            ("lead", "Lead"),
                            ("confidential", "Confidential"),
                            ("campaign", "Campaign"),
                            ("agency", "Agency"),
                            ("system", "System"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.UUIDField()),
                ("head_seq", models.PositiveIntegerField(default=0)),
                ("head_hash", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "subject"), name="stream_one_per_subject")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField(db_index=True)),
                ("happened_at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=40)),
                ("agency_id", models.BigIntegerField(null=True)),
                ("counterpart_id", models.BigIntegerField(null=True)),
                (
                    "on_behalf_of_id",
                    models.BigIntegerField(help_text="whose step it is, where another agency records it", null=True),
                ),
                ("verb", models.CharField(max_length=40)),
                ("object_kind", models.CharField(max_length=20)),
                ("object_id", models.UUIDField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("to_state", models.CharField(blank=True, max_length=24)),
                (
                    "fields",
                    models.CharField(
                        blank=True, help_text="names of the fields that changed, no values", max_length=400
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("case", "Case"), ("status", "Status"), ("pair", "Pair"), ("own", "Own")], max_length=8
                    ),
                ),
                ("body", models.TextField()),
                ("algorithm", models.CharField(max_length=8)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "refers_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referred_by",
                        to="journal.event",
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="journal.stream"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["object_id", "object_kind", "id"], name="event_by_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "seq"), name="event_one_per_seq"),
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="event_seq_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventNote",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="note",
                        serialize=False,
                        to="journal.event",
                    ),
                ),
                ("salt", models.CharField(max_length=32)),
                ("actor_name", models.CharField(blank=True, max_length=200)),
                ("agency_name", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="ProxyStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RECORDED", "Recorded on behalf"),
                            ("CONFIRMED", "Confirmed"),
                            ("DISPUTED", "Disputed"),
                        ],
                        default="RECORDED",
                        max_length=10,
                    ),
                ),
                ("agency_id", models.BigIntegerField(db_index=True)),
                ("recorder_id", models.BigIntegerField(db_index=True)),
                (
                    "paper",
                    models.CharField(help_text="number of the paper of the agency whose step it is", max_length=200),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proxy_step", to="journal.event"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_id", models.BigIntegerField()),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("because", models.CharField(blank=True, max_length=12)),
                ("not_before", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="journal.event"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["not_before"], name="delivery_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person_id", None)),
                        fields=("event", "agency_id"),
                        name="delivery_once_per_agency",
                    ),
                    models.UniqueConstraint(fields=("event", "person_id"), name="delivery_once_per_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Involvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_kind", models.CharField(max_length=20)),
                ("object_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="involvements", to="journal.event"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("object_kind", "object_id", "person_id"), name="involved_once")
                ],
            },
        ),
        migrations.RunPython(put_triggers, take_triggers_away),
    ]
