import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpinionRound",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "Opinions asked"), ("CONCLUDED", "Concluded"), ("CANCELLED", "Cancelled")],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField()),
                (
                    "about_kind",
                    models.CharField(blank=True, help_text="proceeding or referral; empty: the case", max_length=20),
                ),
                ("about_id", models.UUIDField(blank=True, null=True)),
                ("about_words", models.CharField(blank=True, max_length=200)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("facts", models.JSONField(default=dict)),
                ("seen_seq", models.PositiveIntegerField(default=0)),
                ("conclusion", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="who asks",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "asker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinion_rounds", to="casefile.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        name="round_by_due",
                    ),
                    models.Index(condition=models.Q(("state", "OPEN")), fields=["case"], name="round_open_by_case"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about_id", None), ("about_kind", "")),
                            models.Q(models.Q(("about_kind", ""), _negated=True), ("about_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="round_about_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
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
                            ("ASKED", "Pending"),
                            ("WITH_LEAD", "Officer's opinion given, waiting for the lead"),
                            ("WITH_HEAD", "Lead's opinion given, waiting for the responsible person"),
                            ("GIVEN", "Given"),
                            ("OUTDATED", "Based on earlier facts"),
                            ("LAPSED", "No longer requested"),
                        ],
                        default="ASKED",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, help_text="the round's, for queues", null=True)),
                ("turn", models.PositiveIntegerField(default=1)),
                (
                    "stance",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("concur", "Concurs"),
                            ("conditions", "Concurs with conditions"),
                            ("object", "Objects"),
                            ("not_competent", "Not competent"),
                        ],
                        max_length=14,
                    ),
                ),
                ("conditions", models.TextField(blank=True)),
                ("reasons", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict, help_text="digests of the facts on which it was given")),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="organisations.agency"
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinions", to="opinions.opinionround"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "state"], name="opinion_by_agency")],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "agency"), name="opinion_one_per_agency"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["GIVEN", "OUTDATED"]), _negated=True),
                            models.Q(("stance", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="opinion_given_has_stance",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("officer", "Officer"), ("lead", "Lead"), ("office", "Responsible person")],
                        max_length=7,
                    ),
                ),
                ("turn", models.PositiveIntegerField()),
                (
                    "stance",
                    models.CharField(
                        choices=[
                            ("concur", "Concurs"),
                            ("conditions", "Concurs with conditions"),
                            ("object", "Objects"),
                            ("not_competent", "Not competent"),
                        ],
                        max_length=14,
                    ),
                ),
                ("conditions", models.TextField(blank=True)),
                ("reasons", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="levels", to="opinions.opinion"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
    ]
