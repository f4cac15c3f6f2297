import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import coordination.messaging.channels.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=500)),
                ("salt", models.CharField(default=coordination.messaging.channels.models.new_salt, max_length=32)),
                ("mark", models.CharField(blank=True, max_length=16)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("failures", models.PositiveIntegerField(default=0, help_text="in a row")),
                ("rests_until", models.DateTimeField(blank=True, null=True)),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=60)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="webhooks", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency", "url"), name="webhook_once")],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("now", "Mail at once"), ("digest", "Daily digest"), ("ring", "Webhook")], max_length=6
                    ),
                ),
                ("day", models.DateField(help_text="of a digest", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "To be sent"),
                            ("SENT", "Sent"),
                            ("DROPPED", "No longer needed"),
                            ("DEAD", "Given up"),
                        ],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "last_error",
                    models.CharField(
                        blank=True, help_text="a code of ours, never the other side's words", max_length=60
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rings",
                        to="channels.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "WAITING")), fields=["not_before"], name="sending_waiting"
                    ),
                    models.Index(fields=["person", "-created_at"], name="sending_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "ring"), ("person", None), ("webhook__isnull", False)),
                            models.Q(
                                models.Q(("kind", "ring"), _negated=True), ("person__isnull", False), ("webhook", None)
                            ),
                            _connector="OR",
                        ),
                        name="sending_to_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "digest")), fields=("person", "day"), name="digest_once_a_day"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "now"), ("state", "WAITING")),
                        fields=("person",),
                        name="mail_waits_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "ring"), ("state", "WAITING")),
                        fields=("webhook",),
                        name="ring_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnouncedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sending",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="carried", to="channels.sending"
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.webhook"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("event", "person"),
                        name="carried_once_to_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("webhook__isnull", False)),
                        fields=("event", "webhook"),
                        name="carried_once_to_webhook",
                    ),
                ],
            },
        ),
    ]
