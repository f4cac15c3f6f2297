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
        ("controls", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CargoHold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("declaration_no", models.CharField(blank=True, max_length=18)),
                ("container", models.CharField(blank=True, max_length=11)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None), models.Q(("declaration_no", ""), _negated=True)),
                        fields=("agency", "declaration_no"),
                        name="cargo_held_once_by_declaration",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None), models.Q(("container", ""), _negated=True)),
                        fields=("agency", "container"),
                        name="cargo_held_once_by_container",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("declaration_no", ""), _negated=True),
                            models.Q(("container", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cargo_hold_names_goods",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("notice", "Stop notice"), ("request", "Inspection request")], max_length=7
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("HEAD_DECISION", "Awaiting the responsible person's decision"),
                            ("SENT", "Sent, not seen yet"),
                            ("SEEN", "Seen, answer pending"),
                            ("STANDING", "Customs watch for the goods"),
                            ("HELD", "Goods not released"),
                            ("QUERIED", "Customs query opened"),
                            ("DETAINED", "Goods detained"),
                            ("ALREADY_RELEASED", "Goods already released"),
                            ("NOT_FOUND", "No such goods found"),
                            ("LIFTED", "Lifted for the sender"),
                            ("WITHDRAWN", "Withdrawn"),
                            ("EXPIRED", "Last day over"),
                        ],
                        default="DRAFT",
                        max_length=16,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=80)),
                (
                    "title",
                    models.CharField(
                        help_text="exporter, declaration and container, for lists and news", max_length=340
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("catch_all", "The exporter was notified that the goods need a licence (DUR art. 14(3))"),
                            ("suspended", "Exports to this user are suspended (DUR art. 18(4))"),
                            ("changed", "End user or end use changed, or the certificate is forged (DUR art. 25)"),
                        ],
                        max_length=9,
                    ),
                ),
                ("fact", models.TextField(blank=True, help_text="that fulfils the ground")),
                ("text", models.TextField(blank=True, help_text="what a request asks")),
                ("declaration_no", models.CharField(blank=True, db_index=True, max_length=18)),
                ("container", models.CharField(blank=True, db_index=True, max_length=11)),
                ("exporter", models.CharField(blank=True, max_length=300)),
                ("exporter_code", models.CharField(blank=True, help_text="unified social credit code", max_length=18)),
                ("goods", models.CharField(blank=True, max_length=500)),
                ("weight_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("last_day", models.DateField()),
                ("officer", models.CharField(blank=True, max_length=100)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "due_at",
                    models.DateTimeField(blank=True, help_text="to be seen by; empty once it is seen", null=True),
                ),
                ("rung", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.TextField(blank=True, help_text="remark of customs with their latest answer")),
                ("reason", models.TextField(blank=True, help_text="why it was returned, lifted or withdrawn")),
                (
                    "approver",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="casefile.case",
                    ),
                ),
                (
                    "customs",
                    models.ForeignKey(
                        help_text="the addressee",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="controls.district",
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
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        help_text="of customs",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="stops.cargohold",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("customs")), _negated=True), name="stop_between_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "notice"), _negated=True),
                            models.Q(models.Q(("ground", ""), _negated=True), models.Q(("fact", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="stop_notice_has_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["HELD", "QUERIED", "DETAINED"]), _negated=True),
                            ("hold__isnull", False),
                            _connector="OR",
                        ),
                        name="stop_held_has_hold",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("sender", "kind", "number"),
                        name="stop_number_in_agency",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["customs", "state"], name="stop_by_customs"),
                    models.Index(fields=["sender", "state"], name="stop_by_sender"),
                    models.Index(condition=models.Q(("state", "SENT")), fields=["sent_at"], name="stop_unseen"),
                    models.Index(
                        condition=models.Q(("state__in", ["SENT", "SEEN", "STANDING"])),
                        fields=["last_day"],
                        name="stop_watched",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        name="stop_by_due",
                    ),
                ],
            },
        ),
    ]
