import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("organisations", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Habit",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="habit",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest_hour", models.PositiveSmallIntegerField(default=8)),
                ("by_mail", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__gte", 6), ("digest_hour__lte", 20)),
                        name="habit_hour_of_the_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxItem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("about_kind", models.CharField(max_length=20)),
                ("about_id", models.UUIDField()),
                (
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
                ("matter_id", models.UUIDField(null=True)),
                ("wall_id", models.UUIDField(null=True)),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("mentioned", "You were mentioned"),
                            ("assigned", "It was assigned to you"),
                            ("escalated", "It was escalated to you"),
                            ("in_hand", "You are handling it"),
                            ("asked", "You requested it"),
                            ("decides", "It is waiting for your decision"),
                            ("leads", "It has no handler, and you lead the unit"),
                            ("reminded", "Your agency received a reminder about it, and you lead the unit"),
                            ("office", "It has no handler, and you are responsible for the agency"),
                            ("informed", "It is announced to you"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("deadline", "Deadlines"),
                            ("decision", "Matters waiting for my decision"),
                            ("asked", "Items assigned to me or my unit, and mentions of me"),
                            ("outcome", "Outcomes of what I did, sent or requested"),
                            ("news", "Other steps in matters that I handle"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[("now", "At once"), ("daily", "Once a day"), ("off", "Never")],
                        default="now",
                        help_text="as chosen when heard",
                        max_length=5,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("counts_from", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inbox_items", to="journal.event"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="inbox", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-created_at"], name="inbox_by_person"),
                    models.Index(
                        condition=models.Q(("counts_from__isnull", False), ("read_at", None)),
                        fields=["person", "counts_from"],
                        name="inbox_unread",
                    ),
                    models.Index(
                        condition=models.Q(("counts_from__isnull", False), ("read_at", None)),
                        fields=["counts_from"],
                        name="inbox_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "person"), name="inbox_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("counts_from", None), ("when", "off")),
                            models.Q(models.Q(("when", "off"), _negated=True), ("counts_from__isnull", False)),
                            _connector="OR",
                        ),
                        name="inbox_off_never_counts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="organisations.agency"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="journal.event"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "-created_at"], name="notice_by_agency")],
                "constraints": [models.UniqueConstraint(fields=("event", "agency"), name="notice_once")],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("deadline", "Deadlines"),
                            ("decision", "Matters waiting for my decision"),
                            ("asked", "Items assigned to me or my unit, and mentions of me"),
                            ("outcome", "Outcomes of what I did, sent or requested"),
                            ("news", "Other steps in matters that I handle"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[("now", "At once"), ("daily", "Once a day"), ("off", "Never")], max_length=5
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "topic"), name="preference_one_per_topic"),
                    models.CheckConstraint(
                        condition=models.Q(("topic", "deadline"), ("when", "off"), _negated=True),
                        name="preference_deadlines_never_off",
                    ),
                ],
            },
        ),
    ]
