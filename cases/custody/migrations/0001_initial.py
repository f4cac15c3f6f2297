import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models

from agencies.journal.triggers import drop, install


def put_triggers(apps: Any, schema_editor: Any) -> None:
    install(schema_editor.connection, "custody_custodyevent")


def take_triggers_away(apps: Any, schema_editor: Any) -> None:
    drop(schema_editor.connection, "custody_custodyevent")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GoodsLot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "number",
                    models.CharField(help_text="in its case; a portion's begins with its lot's: 2-1", max_length=40),
                ),
                ("description", models.CharField(max_length=500)),
                ("is_sample", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("HELD", "In custody"),
                            ("OFFERED", "Handed over, not confirmed"),
                            ("SPLIT", "Split into portions"),
                            ("RELEASED", "Returned"),
                            ("DISPOSED", "Disposed of"),
                            ("LOST", "Lost"),
                        ],
                        default="HELD",
                        max_length=8,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("kg", "kg"),
                            ("litre", "litres"),
                            ("piece", "pieces"),
                            ("box", "boxes"),
                            ("bag", "bags"),
                            ("drum", "drums"),
                            ("pallet", "pallets"),
                            ("container", "containers"),
                            ("vehicle", "vehicles"),
                            ("volume", "volumes of papers"),
                        ],
                        max_length=10,
                    ),
                ),
                ("received", models.DecimalField(decimal_places=4, max_digits=15)),
                (
                    "portioned",
                    models.DecimalField(
                        decimal_places=4, default=0, help_text="taken out of it as portions and samples", max_digits=15
                    ),
                ),
                ("lost", models.DecimalField(decimal_places=4, default=0, max_digits=15)),
                ("loss_reason", models.TextField(blank=True)),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15)),
                ("net_weight_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=15, null=True)),
                ("taken_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=15, null=True)),
                ("location", models.CharField(max_length=200)),
                (
                    "storage",
                    models.CharField(blank=True, help_text="who outside keeps it for the custodian", max_length=200),
                ),
                (
                    "title_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("detention", "Customs detention"),
                            ("seal", "Sealing or seizure"),
                            ("preservation", "Registered preservation"),
                            ("seizure", "Criminal seizure"),
                            ("confiscation", "Confiscation"),
                        ],
                        max_length=14,
                    ),
                ),
                ("title_source", models.UUIDField(blank=True, db_index=True, null=True)),
                ("title_since", models.DateTimeField(blank=True, null=True)),
                ("seal", models.CharField(blank=True, max_length=60)),
                (
                    "offers_title",
                    models.BooleanField(default=False, help_text="with the goods the title passes (D310 art. 12)"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lots", to="casefile.case"
                    ),
                ),
                (
                    "custodian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kept_lots", to="organisations.agency"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lots",
                        to="casefile.item",
                    ),
                ),
                (
                    "offered_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="portions",
                        to="custody.goodslot",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_lots",
                        to="organisations.agency",
                    ),
                ),
                (
                    "title_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_lots",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="lot_number_in_case"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lost__gte", 0), ("portioned__gte", 0), ("quantity__gte", 0), ("received__gt", 0)
                        ),
                        name="lot_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity",
                                django.db.models.functions.math.Round(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("received"), "-", models.F("portioned")
                                        ),
                                        "-",
                                        models.F("lost"),
                                    ),
                                    precision=4,
                                ),
                            )
                        ),
                        name="lot_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lost", 0), models.Q(("loss_reason", ""), _negated=True), _connector="OR"),
                        name="lot_loss_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title_agency", None), ("title_kind", ""), ("title_source", None)),
                            models.Q(
                                ("title_agency__isnull", False),
                                ("title_source__isnull", False),
                                models.Q(("title_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="lot_title_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "OFFERED"), _negated=True),
                            ("offered_to__isnull", False),
                            _connector="OR",
                        ),
                        name="lot_offered_to_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Taken into custody"),
                            ("portion", "Created as a portion"),
                            ("moved", "Moved"),
                            ("resealed", "Resealed"),
                            ("weighed", "Weighed"),
                            ("split", "Split"),
                            ("sampled", "Sampled"),
                            ("lost", "Loss recorded"),
                            ("given", "Handed over by the sender"),
                            ("confirmed", "Confirmed by the receiver"),
                            ("refused", "Refused by the receiver"),
                            ("taken_back", "Hand-over withdrawn"),
                            ("title", "Placed under a measure"),
                            ("title_ended", "Measure ended"),
                            ("released", "Returned"),
                            ("disposed", "Disposed of"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=4, help_text="how much it was about", max_digits=15, null=True
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15)),
                ("location", models.CharField(max_length=200)),
                ("storage", models.CharField(blank=True, max_length=200)),
                (
                    "title_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("detention", "Customs detention"),
                            ("seal", "Sealing or seizure"),
                            ("preservation", "Registered preservation"),
                            ("seizure", "Criminal seizure"),
                            ("confiscation", "Confiscation"),
                        ],
                        max_length=14,
                    ),
                ),
                ("seal", models.CharField(blank=True, max_length=60)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "counterpart",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "custodian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
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
                    "title_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ledger", to="custody.goodslot"
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "pk"],
            },
        ),
        migrations.RunPython(put_triggers, take_triggers_away),
    ]
