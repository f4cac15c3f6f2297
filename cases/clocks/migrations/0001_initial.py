import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import cases.clocks.models.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PeriodRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=30)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("licensing", "Licensing"),
                            ("customs_front", "Customs control"),
                            ("administrative", "Administrative case"),
                            ("administrative_remedy", "Administrative remedy"),
                            ("transfer", "Transfer to the police"),
                            ("criminal", "Criminal case"),
                            ("supervision", "Supervision by the procuratorate"),
                            ("reverse_transfer", "Return for administrative handling"),
                            ("cooperation", "Cooperation of the police"),
                            ("compliance", "Compliance of exporters"),
                            ("sanction", "Sanctions"),
                            ("internal", "Rules of this centre"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("duty", "duty of an agency"),
                            ("validity", "validity of a measure"),
                            ("right", "a party's right"),
                            ("earliest", "earliest date"),
                            ("limitation", "limitation"),
                            ("expiry", "expiry"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(max_length=12)),
                (
                    "owner_side",
                    models.CharField(
                        choices=[
                            ("sender", "the sender"),
                            ("receiver", "the receiver"),
                            ("agency", "the agency"),
                            ("party", "the party"),
                            ("procuratorate", "the procuratorate"),
                            ("court", "the court"),
                            ("issuer", "the agency that issued the notice"),
                            ("other", "another agency"),
                        ],
                        max_length=14,
                    ),
                ),
                ("owner_text_en", models.CharField(blank=True, max_length=800)),
                ("trigger_zh", models.CharField(blank=True, max_length=800)),
                ("trigger_en", models.CharField(blank=True, max_length=800)),
                ("stop_zh", models.CharField(blank=True, max_length=800)),
                ("stop_en", models.CharField(blank=True, max_length=800)),
                ("length", models.PositiveSmallIntegerField(null=True)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hour", "hours"),
                            ("calendar_day", "calendar days"),
                            ("working_day", "working days"),
                            ("month", "months"),
                            ("year", "years"),
                            ("promptly", "promptly"),
                        ],
                        max_length=14,
                    ),
                ),
                ("rolls", models.BooleanField()),
                ("strict_lenient", models.BooleanField(default=False)),
                ("warn_day_early", models.BooleanField(default=False)),
                ("month_end", models.BooleanField(default=False, help_text="SPC Interpretation of the CPL art. 202")),
                ("rolls_unsettled", models.BooleanField(default=False, help_text="the strict reading does not roll")),
                (
                    "by_paper",
                    models.BooleanField(default=False, help_text="no act here starts it: a person may, from a paper"),
                ),
                (
                    "follows",
                    models.CharField(
                        blank=True,
                        help_text="the rule whose end it precedes by `earlier_days`, and moves with",
                        max_length=30,
                    ),
                ),
                ("earlier_days", models.PositiveSmallIntegerField(default=0)),
                (
                    "warn_at",
                    models.CharField(
                        blank=True, help_text="marks such as 50%;80%;24h, or none; empty: as usual", max_length=60
                    ),
                ),
                ("extension_zh", models.CharField(blank=True, max_length=800)),
                ("extension_en", models.CharField(blank=True, max_length=800)),
                ("pauses_zh", models.CharField(blank=True, max_length=800)),
                ("pauses_en", models.CharField(blank=True, max_length=800)),
                ("on_end_zh", models.CharField(blank=True, max_length=800)),
                ("on_end_en", models.CharField(blank=True, max_length=800)),
                ("legal_basis", models.CharField(max_length=300)),
                ("confidence", models.CharField(max_length=12)),
                ("notes", models.TextField(blank=True)),
                ("effective_from", models.DateField(null=True)),
                ("effective_to", models.DateField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code", "version"), name="rule_version")],
            },
        ),
        migrations.CreateModel(
            name="ExtensionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.PositiveSmallIntegerField()),
                (
                    "to_total",
                    models.BooleanField(default=False, help_text="the whole period is as long, not longer by as much"),
                ),
                ("length", models.PositiveSmallIntegerField(null=True)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hour", "hours"),
                            ("calendar_day", "calendar days"),
                            ("working_day", "working days"),
                            ("month", "months"),
                            ("year", "years"),
                            ("promptly", "promptly"),
                        ],
                        max_length=14,
                    ),
                ),
                ("times", models.PositiveSmallIntegerField(null=True)),
                ("after", models.PositiveSmallIntegerField(null=True)),
                (
                    "office",
                    models.CharField(
                        choices=[
                            ("agency_head", "the head of the agency"),
                            ("customs_head", "the head of the customs house"),
                            ("district_customs_head", "the head of the district customs"),
                            ("district_customs_collective", "the district customs by collective discussion"),
                            ("case_department_head", "the head of the department in charge"),
                            ("police_head", "the head of the public security agency"),
                            ("county_police_head", "the head of a public security agency at county level or above"),
                            ("next_higher_police", "the head of the next higher public security agency"),
                            ("receiving_agency", "the receiving agency"),
                            ("approving_agency", "the agency that approved the measure"),
                            ("issuing_agency", "the agency that issued it"),
                            ("procuratorate", "the procuratorate"),
                            ("next_higher_procuratorate", "the next higher procuratorate"),
                            ("provincial_procuratorate", "the provincial procuratorate"),
                            ("chief_procurator", "the chief procurator"),
                            ("reconsideration_agency", "the reconsideration agency"),
                            ("reconsideration_head", "the head of the reconsideration body"),
                            ("court", "the court"),
                            ("next_higher_court", "the next higher court"),
                            ("high_court", "the High Court"),
                        ],
                        max_length=30,
                    ),
                ),
                ("ground_zh", models.CharField(max_length=200)),
                ("ground_en", models.CharField(max_length=200)),
                ("legal_basis", models.CharField(max_length=100)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extension_steps",
                        to="clocks.periodrule",
                    ),
                ),
            ],
            options={
                "ordering": ["step"],
                "constraints": [
                    models.UniqueConstraint(fields=("rule", "step"), name="extension_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(("after", None), ("after__lt", models.F("step")), _connector="OR"),
                        name="extension_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("RUNNING", "Running"), ("PAUSED", "Paused"), ("STOPPED", "Stopped")],
                        default="RUNNING",
                        max_length=8,
                    ),
                ),
                (
                    "rule_kind",
                    cases.clocks.models.rules.KindOfRule(
                        choices=[
                            ("duty", "duty of an agency"),
                            ("validity", "validity of a measure"),
                            ("right", "a party's right"),
                            ("earliest", "earliest date"),
                            ("limitation", "limitation"),
                            ("expiry", "expiry"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("subject_kind", models.CharField(max_length=12)),
                ("subject_id", models.UUIDField()),
                ("private", models.BooleanField(default=False)),
                ("proceeding_id", models.UUIDField(null=True)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                ("warn_by", models.DateTimeField(blank=True, null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="organisations.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="casefile.case",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "restarted_from",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restarted_as",
                        to="clocks.clock",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="clocks.periodrule"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("stopped_at", None)),
                        fields=["breach_at"],
                        include=("agency", "rule", "rule_kind", "subject_kind", "subject_id", "case", "id"),
                        name="clock_running_by_breach",
                    ),
                    models.Index(
                        condition=models.Q(("stopped_at", None)),
                        fields=["agency", "due_at"],
                        name="clock_running_by_agency",
                    ),
                    models.Index(
                        condition=models.Q(("stopped_at", None)),
                        fields=["holder", "due_at"],
                        name="clock_running_by_holder",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("stopped_at", None), models.Q(("holder", models.F("agency")), _negated=True)
                        ),
                        fields=["agency", "due_at"],
                        name="clock_owed",
                    ),
                    models.Index(
                        condition=models.Q(("rule_kind", "validity"), ("stopped_at", None)),
                        fields=["agency", "due_at"],
                        name="clock_measure_by_agency",
                    ),
                    models.Index(
                        condition=models.Q(("rule_kind", "validity"), ("stopped_at", None)),
                        fields=["holder", "due_at"],
                        name="clock_measure_by_holder",
                    ),
                    models.Index(
                        condition=models.Q(("breach_at__gt", models.F("due_at")), ("stopped_at", None)),
                        fields=["breach_at"],
                        name="clock_between",
                    ),
                    models.Index(fields=["subject_id", "subject_kind"], name="clock_by_subject"),
                    models.Index(
                        condition=models.Q(("stopped_at__gt", models.F("breach_at"))),
                        fields=["rule", "breach_at", "id"],
                        name="clock_stopped_late",
                    ),
                    models.Index(
                        condition=models.Q(("provisional", True), ("stopped_at", None)),
                        fields=["due_at"],
                        name="clock_running_uncertain",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        condition=models.Q(("stopped_at", None)),
                        name="clock_running_by_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stopped_at", None)),
                        fields=("subject_kind", "subject_id", "rule"),
                        name="clock_runs_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stopped_at", None), ("stopped_at__gte", models.F("started_at")), _connector="OR"
                        ),
                        name="clock_stops_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "STOPPED"), ("stopped_at__isnull", False)),
                            models.Q(models.Q(("state", "STOPPED"), _negated=True), ("stopped_at", None)),
                            _connector="OR",
                        ),
                        name="clock_stopped_has_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PauseGround",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("ground", models.CharField(max_length=20)),
                ("paper_zh", models.CharField(max_length=100)),
                ("paper_en", models.CharField(max_length=100)),
                ("legal_basis", models.CharField(max_length=100)),
                ("confidence", models.CharField(max_length=2)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pause_grounds",
                        to="clocks.periodrule",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("rule", "ground"), name="pause_ground_once")],
            },
        ),
        migrations.CreateModel(
            name="ClockChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("pause", "paused"),
                            ("resume", "resumed"),
                            ("extend", "extended"),
                            ("calendar", "recalculated after a schedule was published"),
                            ("stop", "stopped manually"),
                            ("restart", "recalculated from a later event"),
                            ("correct", "recalculated after the record was corrected"),
                        ],
                        max_length=8,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("was_due_at", models.DateTimeField(blank=True, null=True)),
                ("was_breach_at", models.DateTimeField(blank=True, null=True)),
                ("was_stopped_at", models.DateTimeField(blank=True, help_text="of a correction", null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("paper", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
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
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="clocks.clock"
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ClockExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("length", models.PositiveSmallIntegerField()),
                ("paper", models.CharField(max_length=200)),
                ("granted_at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="clocks.clock"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clocks.extensionstep"
                    ),
                ),
            ],
            options={
                "ordering": ["granted_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("breached_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField(auto_now_add=True)),
                ("annulled_at", models.DateTimeField(blank=True, null=True)),
                ("annulled_because", models.TextField(blank=True)),
                (
                    "notified_at",
                    models.DateTimeField(
                        blank=True, help_text="when the event was recorded and the agencies notified", null=True
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="breaches", to="clocks.clock"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("notified_at", None)), fields=["id"], name="breach_to_notify")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("annulled_at", None)), fields=("clock",), name="breach_one_per_clock"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(help_text="50%, 80%, 24h, or expired", max_length=8)),
                ("due_at", models.DateTimeField(help_text="the end that it warns of")),
                ("at", models.DateTimeField()),
                ("raised_at", models.DateTimeField(blank=True, null=True)),
                ("notified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="clocks.clock"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("raised_at", None)), fields=["at"], name="alert_planned"),
                    models.Index(
                        condition=models.Q(("notified_at", None), ("raised_at__isnull", False)),
                        fields=["id"],
                        name="alert_to_notify",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("clock", "mark", "due_at"), name="alert_once_per_end")],
            },
        ),
        migrations.CreateModel(
            name="ClockApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("length", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("applied_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("granted", "Granted"), ("refused", "Refused"), ("returned", "Returned for revision")],
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True, help_text="why it was refused, or what to revise")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="applications", to="clocks.clock"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clocks.extensionstep"
                    ),
                ),
            ],
            options={
                "ordering": ["applied_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("clock",), name="application_one_waits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("outcome", "")),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="application_answered_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockPause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper", models.CharField(max_length=200)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "last_day",
                    models.DateField(blank=True, help_text="of a deferral: the day that was granted", null=True),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="clocks.clock"
                    ),
                ),
                (
                    "ground",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clocks.pauseground"
                    ),
                ),
            ],
            options={
                "ordering": ["since"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("clock",), name="pause_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="pause_ends_after_start",
                    ),
                ],
            },
        ),
    ]
