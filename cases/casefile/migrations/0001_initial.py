import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("controls", "0001_initial"),
        ("journal", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseNumbers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(unique=True)),
                ("key", models.CharField(max_length=32)),
                ("last", models.IntegerField(default=-1)),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("title", models.CharField(help_text="the title that papers print", max_length=300)),
                (
                    "title_en",
                    models.CharField(blank=True, help_text="shown to readers in English instead", max_length=300),
                ),
                ("summary", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPENED", "Opened"),
                            ("HANDLING", "In progress"),
                            ("CONCLUDED", "Concluded"),
                            ("CLOSED", "Closed"),
                        ],
                        default="OPENED",
                        max_length=10,
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        default="medium",
                        max_length=8,
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("H0", "H0 open"),
                            ("H1", "H1 internal"),
                            ("H2", "H2 work secret"),
                            ("H3", "H3 restricted"),
                        ],
                        max_length=2,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("outcome", models.TextField(blank=True)),
                (
                    "no_crime_ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("below", "The amount was established and is below the threshold"),
                            ("not_controlled", "The goods are neither controlled nor prohibited"),
                            ("no_act", "No violation was committed"),
                            ("no_intent", "No intent of a crime is proven"),
                            ("unproven", "The evidence does not suffice and cannot be completed"),
                            ("elsewhere", "Another case deals with it"),
                        ],
                        max_length=14,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_synthetic",
                    models.BooleanField(default=False, help_text="a demonstration case that was never published"),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="led_cases", to="organisations.agency"
                    ),
                ),
                (
                    "lead_offered_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "violation_types",
                    models.ManyToManyField(blank=True, related_name="cases", to="controls.violationtype"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["updated_at", "id"], name="case_by_update"),
                    models.Index(fields=["opened_at", "id"], name="case_by_opening"),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        name="case_by_due",
                    ),
                    models.Index(
                        condition=models.Q(("breach_at__isnull", False)), fields=["breach_at"], name="case_by_breach"
                    ),
                    models.Index(condition=models.Q(("state", "CLOSED")), fields=["state_since"], name="case_closed"),
                    models.Index(fields=["state", "severity", "updated_at", "id"], name="case_by_state"),
                    models.Index(condition=models.Q(("handling", "H3")), fields=["id"], name="case_restricted"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTechnique",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "standing",
                    models.CharField(
                        choices=[("suspected", "Suspected"), ("established", "Established"), ("refuted", "Refuted")],
                        default="suspected",
                        max_length=11,
                    ),
                ),
                ("source", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="technique_findings",
                        to="casefile.case",
                    ),
                ),
                (
                    "technique",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="controls.technique"
                    ),
                ),
            ],
            options={
                "ordering": ["technique__code"],
                "constraints": [models.UniqueConstraint(fields=("case", "technique"), name="case_technique_once")],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("goods", "Goods"),
                            ("technology", "Technology"),
                            ("software", "Software"),
                            ("service", "Service"),
                        ],
                        default="goods",
                        max_length=10,
                    ),
                ),
                ("description", models.CharField(max_length=500)),
                ("declared_as", models.CharField(blank=True, max_length=500)),
                ("hs_code", models.CharField(blank=True, max_length=20)),
                ("control_code", models.CharField(blank=True, max_length=40)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("listed", "Listed"),
                            ("temporary", "Temporary control"),
                            ("catch_all", "Catch-all (notice served)"),
                            ("prohibited", "Prohibited"),
                            ("destination", "Destination or end-use bar"),
                            ("not_controlled", "Not controlled"),
                            ("pending", "Identification pending"),
                            ("disputed", "Disputed"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=14,
                    ),
                ),
                ("conduct_on", models.DateField(blank=True, help_text="the day whose law applies", null=True)),
                ("net_weight_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("value", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "recipient",
                    models.CharField(blank=True, help_text="of technology, software or a service", max_length=300),
                ),
                (
                    "channel",
                    models.CharField(blank=True, help_text="how it was transferred or rendered", max_length=200),
                ),
                (
                    "origin",
                    models.CharField(blank=True, db_default="", default="", help_text="ISO 3166 alpha-3", max_length=3),
                ),
                (
                    "end_use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("civil", "Civil"),
                            ("military", "Military"),
                            ("capability", "Other use that raises military capability"),
                            ("wmd", "Weapons of mass destruction or terrorism"),
                        ],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="casefile.case"
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.event",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("net_weight_kg", None), ("net_weight_kg__gte", 0), _connector="OR"),
                        name="item_weight_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", None), ("value__gte", 0), _connector="OR"),
                        name="item_value_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("company", "Company"), ("person", "Person"), ("vessel", "Vessel")],
                        default="company",
                        max_length=8,
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=60)),
                ("name", models.CharField(max_length=300)),
                (
                    "address",
                    models.CharField(blank=True, help_text="for papers served on it (APL art. 59(1))", max_length=300),
                ),
                (
                    "military",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No")], db_default="", default="", max_length=3
                    ),
                ),
                ("owner", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "owner_share",
                    models.DecimalField(blank=True, decimal_places=4, help_text="percent", max_digits=7, null=True),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="casefile.case"
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="controls.country",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.event",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner_share", None),
                            models.Q(("owner_share__gte", 0), ("owner_share__lte", 100)),
                            _connector="OR",
                        ),
                        name="party_owner_share",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("declaration_no", models.CharField(blank=True, db_index=True, max_length=40)),
                ("port", models.CharField(blank=True, max_length=200)),
                ("route", models.JSONField(default=list, help_text="ISO 3166 alpha-3, in order")),
                ("final_destination", models.CharField(blank=True, db_default="", default="", max_length=3)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("export", "Export"),
                            ("transit", "Transit or transhipment"),
                            ("reexport", "From one country abroad to another"),
                            ("release", "Release of technology"),
                        ],
                        db_default="",
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shipments", to="casefile.case"
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
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.event",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Determination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("listed", "Listed"),
                            ("temporary", "Temporary control"),
                            ("catch_all", "Catch-all (notice served)"),
                            ("prohibited", "Prohibited"),
                            ("destination", "Destination or end-use bar"),
                            ("not_controlled", "Not controlled"),
                            ("pending", "Identification pending"),
                            ("disputed", "Disputed"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=14,
                    ),
                ),
                ("control_code", models.CharField(blank=True, max_length=40)),
                ("conduct_from", models.DateField(blank=True, null=True)),
                ("conduct_until", models.DateField(blank=True, null=True)),
                ("rules_version", models.PositiveIntegerField()),
                (
                    "said",
                    models.JSONField(default=list, help_text="the verdict for each destination, as the rules gave it"),
                ),
                ("evidence", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField()),
                ("compared_with", models.PositiveIntegerField()),
                ("kept_with", models.PositiveIntegerField()),
                ("changed_in", models.PositiveIntegerField(blank=True, null=True)),
                ("changes", models.JSONField(default=list)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="determinations", to="casefile.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: a system",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="determinations", to="casefile.item"
                    ),
                ),
            ],
            options={
                "ordering": ["-decided_at", "-id"],
                "indexes": [
                    models.Index(fields=["compared_with"], name="determination_compared"),
                    models.Index(
                        condition=models.Q(("changed_in__isnull", False)), fields=["case"], name="determination_changed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("title", models.CharField(max_length=300)),
                ("conduct_from", models.DateField(blank=True, null=True)),
                (
                    "conduct_until",
                    models.DateField(blank=True, help_text="the day it ended: limitation runs from it", null=True),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="casefile.case"
                    ),
                ),
                ("items", models.ManyToManyField(blank=True, related_name="acts", to="casefile.item")),
                ("parties", models.ManyToManyField(blank=True, related_name="acts", to="casefile.party")),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("conduct_from", None),
                            ("conduct_until", None),
                            ("conduct_until__gte", models.F("conduct_from")),
                            _connector="OR",
                        ),
                        name="act_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=120)),
                ("key", models.CharField(db_index=True, max_length=120)),
                ("flag", models.CharField(blank=True, help_text="what is odd about it, e.g. checksum", max_length=20)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.event",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="identifiers", to="casefile.party"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[("conclude", "Conclude"), ("close", "Close"), ("punish", "Punish"), ("fine", "Fine")],
                        max_length=10,
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("proceeding", "a proceeding is still open"),
                            ("referral", "a referral is still open"),
                            ("task", "a task is still open"),
                            ("major", "it is a major case under supervision"),
                            ("police_decide", "the police are deciding, or investigating, the same act"),
                            ("criminal", "the criminal proceedings about the same act are not over"),
                            (
                                "court_fined",
                                "a court has fined the same act, so no further fine is possible (APL art. 35)",
                            ),
                        ],
                        max_length=14,
                    ),
                ),
                ("source", models.UUIDField(help_text="the proceeding, referral or task that holds")),
                ("placed_at", models.DateTimeField(auto_now_add=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="casefile.act",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="casefile.case"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="casefile.party",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)), fields=["source"], name="hold_standing_by_source"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("case"),
                        models.F("verb"),
                        models.F("source"),
                        django.db.models.functions.comparison.Coalesce(
                            "party", models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000"), models.UUIDField())
                        ),
                        django.db.models.functions.comparison.Coalesce(
                            "act", models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000"), models.UUIDField())
                        ),
                        condition=models.Q(("lifted_at", None)),
                        name="hold_once_per_source",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="techniques",
            field=models.ManyToManyField(
                blank=True, related_name="cases", through="casefile.CaseTechnique", to="controls.technique"
            ),
        ),
    ]
