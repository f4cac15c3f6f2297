import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "watch_list",
                    models.CharField(
                        choices=[
                            ("control", "Control list"),
                            ("watch", "Watch list"),
                            ("unreliable", "Unreliable entity list"),
                            ("route", "Watched route"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(help_text="the entry's own, which its versions share", max_length=40)),
                ("number", models.PositiveIntegerField(default=1, help_text="of the version")),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("aliases", models.JSONField(blank=True, default=list)),
                ("identifiers", models.JSONField(blank=True, default=list)),
                ("country", models.CharField(blank=True, help_text="ISO 3166 alpha-3", max_length=3)),
                ("document", models.CharField(max_length=200)),
                ("document_date", models.DateField()),
                ("effective_from", models.DateField()),
                ("effective_to", models.DateField(blank=True, null=True)),
                ("end_document", models.CharField(blank=True, max_length=200)),
                ("meaning_zh", models.CharField(blank=True, max_length=600)),
                ("meaning_en", models.CharField(blank=True, max_length=600)),
                ("origins", models.JSONField(blank=True, default=list)),
                ("transits", models.JSONField(blank=True, default=list)),
                ("destinations", models.JSONField(blank=True, default=list)),
                ("materials", models.JSONField(blank=True, default=list)),
                (
                    "verdict_from",
                    models.CharField(
                        blank=True, help_text="this verdict of the control law or a stricter one", max_length=15
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("LISTED", "Listed"), ("ENDED", "Ended"), ("REPLACED", "Replaced")],
                        default="LISTED",
                        max_length=8,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="listing_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "REPLACED"), _negated=True),
                        fields=("code",),
                        name="listing_one_latest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner__isnull", False), ("watch_list", "route")),
                            models.Q(models.Q(("watch_list", "route"), _negated=True), ("owner", None)),
                            _connector="OR",
                        ),
                        name="listing_route_has_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name_zh", ""), _negated=True),
                            models.Q(("name_en", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="listing_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_to", None), ("effective_to__gte", models.F("effective_from")), _connector="OR"
                        ),
                        name="listing_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ENDED"), _negated=True),
                            ("effective_to__isnull", False),
                            _connector="OR",
                        ),
                        name="listing_ended_has_its_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchHit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("lead", "Lead"), ("shipment", "Shipment")], max_length=8)),
                ("subject", models.UUIDField()),
                ("code", models.CharField(max_length=40)),
                ("tasked", models.BooleanField(default=False, help_text="of a shipment: the desk got its task")),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="casefile.case",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        help_text="the version it met",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hits",
                        to="watchlists.listing",
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
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subject", "code"), name="watch_hit_once")],
            },
        ),
    ]
