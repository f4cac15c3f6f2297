import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RoutingMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10, unique=True)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("number", models.PositiveIntegerField()),
                (
                    "code",
                    models.CharField(
                        help_text="agency and number, as it is named everywhere", max_length=30, unique=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "Draft"), ("PUBLISHED", "Published"), ("WITHDRAWN", "Withdrawn")],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rule_sets", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "-starts_at"], name="rule_set_by_start")],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "number"), name="rule_set_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "DRAFT")), fields=("agency",), name="rule_set_one_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "PUBLISHED"), _negated=True),
                            ("starts_at__isnull", False),
                            _connector="OR",
                        ),
                        name="rule_set_published_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandPriority",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("subject", models.UUIDField()),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(1, "Normal"), (2, "High"), (3, "Urgent")], null=True
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subject", "agency"), name="hand_priority_once")],
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.PositiveSmallIntegerField()),
                ("position", models.PositiveSmallIntegerField(help_text="order within the tier")),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("kinds", models.JSONField(blank=True, default=list)),
                ("violation_types", models.JSONField(blank=True, default=list)),
                ("materials", models.JSONField(blank=True, default=list)),
                ("districts", models.JSONField(blank=True, default=list)),
                ("destinations", models.JSONField(blank=True, default=list)),
                ("severities", models.JSONField(blank=True, default=list)),
                ("verdicts", models.JSONField(blank=True, default=list)),
                (
                    "verdict_from",
                    models.CharField(
                        blank=True, help_text="this verdict of the control law or a stricter one", max_length=15
                    ),
                ),
                ("value_from", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("value_below", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("weight_from", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("weight_below", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[("claim", "by claiming"), ("turn", "in turn"), ("load", "lowest workload first")],
                        default="claim",
                        max_length=5,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(choices=[(1, "Normal"), (2, "High"), (3, "Urgent")], default=1),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("officers", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "rule_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="routing.ruleset"
                    ),
                ),
            ],
            options={
                "ordering": ["tier", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("rule_set", "tier", "position"), name="routing_rule_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="routing_rule_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Routing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("referral", "Referral"),
                            ("task", "Task"),
                            ("proceeding", "Proceeding"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.UUIDField()),
                ("round", models.PositiveIntegerField(default=1)),
                ("superseded", models.BooleanField(default=False)),
                (
                    "priority",
                    models.PositiveSmallIntegerField(choices=[(1, "Normal"), (2, "High"), (3, "Urgent")], default=1),
                ),
                ("pushed", models.BooleanField(default=True, help_text="whether the rule has had its say about who")),
                ("facts", models.JSONField(default=dict)),
                ("arrived_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "instead_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routings",
                        to="routing.routingrule",
                    ),
                ),
                (
                    "rule_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="routings", to="routing.ruleset"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("superseded", False)),
                        fields=["agency", "unit", "kind"],
                        name="routing_by_unit",
                    ),
                    models.Index(condition=models.Q(("pushed", False)), fields=["kind"], name="routing_to_push"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "agency", "round"), name="routing_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded", False)),
                        fields=("subject", "agency"),
                        name="routing_one_standing",
                    ),
                ],
            },
        ),
    ]
