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
            name="Bulletin",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("kind", models.CharField(choices=[("weekly", "Weekly"), ("monthly", "Monthly")], max_length=7)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                (
                    "distribution",
                    models.CharField(
                        choices=[
                            ("internal", "Member agencies: exact figures"),
                            ("outside", "Published: rounded to the nearest five"),
                        ],
                        default="internal",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("REVIEW", "In review"),
                            ("ISSUED", "Issued"),
                            ("REPLACED", "Replaced"),
                            ("WITHDRAWN", "Withdrawn"),
                            ("DISCARDED", "Discarded"),
                        ],
                        default="DRAFT",
                        max_length=9,
                    ),
                ),
                ("title_zh", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=200)),
                ("text_zh", models.TextField()),
                ("text_en", models.TextField()),
                (
                    "cases",
                    models.JSONField(blank=True, default=list, help_text="ids of typical cases that it contains"),
                ),
                ("edition", models.PositiveSmallIntegerField(default=1)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("content", models.JSONField(blank=True, default=dict)),
                ("digest", models.CharField(blank=True, max_length=80)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("remarks", models.TextField(blank=True, help_text="why it was last returned for revision")),
                ("ending_reason", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "drafter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="bulletins.bulletin",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-first", "-id"], name="bulletin_by_period")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="bulletin_period"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "DISCARDED"), _negated=True),
                        fields=("agency", "kind", "first", "edition"),
                        name="bulletin_once_per_period",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("agency", "number"),
                        name="bulletin_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ISSUED", "REPLACED", "WITHDRAWN"]), _negated=True),
                            models.Q(
                                ("issued_at__isnull", False),
                                models.Q(("number", ""), _negated=True),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletin_issued_is_frozen",
                    ),
                ],
            },
        ),
    ]
