import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("controls", "0001_initial"),
        ("custody", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Proceeding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commerce", "Administrative (commerce)"),
                            ("customs", "Administrative (customs)"),
                            ("criminal", "Criminal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("VERIFY", "Verification"),
                            ("WARN", "Warned"),
                            ("REJECTED", "Not filed"),
                            ("FILED_ADM", "Filed"),
                            ("INVESTIGATE", "Investigation"),
                            ("DECIDED", "Decided"),
                            ("NO_CASE", "Case dropped"),
                            ("TRANSFERRED", "Transferred"),
                            ("HANDED_ON", "Handed to other police"),
                            ("CRIMINAL_CASE", "Criminal investigation"),
                            ("TRANSFER_PROS", "Review for prosecution"),
                            ("SUPPLEMENTARY", "Supplementary investigation"),
                            ("PROSECUTED", "Prosecuted"),
                            ("NOT_PROSECUTED", "Not prosecuted"),
                            ("JUDGED", "Judged in first instance"),
                            ("APPEAL", "On appeal"),
                            ("FINAL", "Judgment final"),
                            ("WITHDRAWN", "Criminal case withdrawn"),
                            ("CLOSED", "Closed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("external_number", models.CharField(blank=True, max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("warned", "Warning letter or regulatory talk"),
                            ("not_filed", "Not filed"),
                            ("no_case", "Case dropped"),
                            ("no_penalty", "No penalty"),
                            ("mitigated", "Mitigated penalty"),
                            ("penalty", "Penalty"),
                            ("transferred", "Transferred to criminal enforcement"),
                            ("handed_on", "Handed over to another agency"),
                            ("withdrawn", "Criminal case withdrawn"),
                            ("not_prosecuted", "Not prosecuted"),
                            ("judged", "Judged"),
                        ],
                        max_length=14,
                    ),
                ),
                ("outcome_reason", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField()),
                ("supplements", models.PositiveSmallIntegerField(default=0)),
                (
                    "review_procedure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ordinary", "Ordinary procedure"),
                            ("summary", "Summary procedure"),
                            ("fast", "Fast-track procedure"),
                        ],
                        max_length=8,
                    ),
                ),
                ("court", models.CharField(blank=True, max_length=120)),
                ("court_accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "trial_procedure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ordinary", "Ordinary procedure"),
                            ("summary", "Summary procedure"),
                            ("fast", "Fast-track procedure"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "audit_from",
                    models.DateField(
                        blank=True, help_text="release of the goods, from which it may be audited", null=True
                    ),
                ),
                ("audit_began_at", models.DateTimeField(blank=True, null=True)),
                ("audit_ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceedings",
                        to="organisations.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proceedings", to="casefile.case"
                    ),
                ),
                (
                    "converted_from",
                    models.ForeignKey(
                        blank=True,
                        help_text="the same agency's proceeding in its other capacity: counted once, shown in both lines",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="converted_to",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceedings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="controls.offence",
                    ),
                ),
                (
                    "team",
                    models.ManyToManyField(blank=True, related_name="handled_proceedings", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "state"], name="proceeding_by_agency"),
                    models.Index(
                        condition=models.Q(("state", "CLOSED"), _negated=True),
                        fields=["agency", "handler"],
                        name="proceeding_open_in_hand",
                    ),
                    models.Index(
                        condition=models.Q(("state", "CLOSED"), _negated=True),
                        fields=["agency", "breach_at", "due_at"],
                        name="proceeding_open_late",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "criminal")), fields=["opened_at"], name="proceeding_filed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_number", ""), _negated=True),
                        fields=("agency", "external_number"),
                        name="proceeding_number_in_agency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supplements__lte", 2)), name="proceeding_two_supplements"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Under investigation"),
                            ("ISSUED", "Pre-penalty notice issued"),
                            ("PRENOTICE", "Pre-penalty notice served"),
                            ("HEARING", "Hearing"),
                            ("REVIEW", "Legal review and discussion"),
                            ("DECIDED", "Decided"),
                            ("SERVED", "Served"),
                            ("REMEDY", "Reconsideration or lawsuit"),
                            ("ENFORCE", "Enforcement"),
                            ("PERFORMED", "Performed"),
                            ("DROPPED", "Dropped"),
                            ("TRANSFERRED", "Transferred"),
                        ],
                        default="OPEN",
                        max_length=12,
                    ),
                ),
                ("facts", models.TextField(blank=True)),
                ("basis", models.TextField(blank=True)),
                ("proposed", models.TextField(blank=True)),
                ("proposed_penalties", models.JSONField(default=list, help_text="kinds of penalty")),
                ("proposed_fine_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                (
                    "proposed_confiscated_cny",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True),
                ),
                ("proposed_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "noticed",
                    models.JSONField(default=dict, help_text="provisions and figures on which the notice rests"),
                ),
                ("notice_number", models.CharField(blank=True, max_length=80)),
                (
                    "notice_round",
                    models.PositiveSmallIntegerField(default=0, help_text="which notice: each starts the course anew"),
                ),
                ("without_hearing", models.BooleanField(default=False)),
                (
                    "major",
                    models.BooleanField(
                        default=False, help_text="complex or major: discussed collectively (APL art. 57)"
                    ),
                ),
                ("rules", models.JSONField(default=list, help_text="codes of the penalty rules that the act breaks")),
                ("turnover_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("gains_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("goods_value_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("serious", models.BooleanField(default=False)),
                ("statement", models.TextField(blank=True)),
                ("hearing_on", models.DateTimeField(blank=True, null=True)),
                ("hearing_record", models.TextField(blank=True)),
                ("review_opinion", models.TextField(blank=True)),
                ("discussed_by", models.TextField(blank=True)),
                ("minutes", models.TextField(blank=True)),
                ("conclusion", models.TextField(blank=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("penalty", "Penalty"),
                            ("mitigated", "Mitigated penalty"),
                            ("no_penalty", "No penalty"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decision_number", models.CharField(blank=True, max_length=80)),
                ("penalties", models.JSONField(default=list, help_text="kinds of penalty that were imposed")),
                ("fine_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("confiscated_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                (
                    "months",
                    models.PositiveSmallIntegerField(blank=True, help_text="how long a timed penalty lasts", null=True),
                ),
                ("ground", models.TextField(blank=True, help_text="the clause for mitigation or for no penalty")),
                ("ground_kind", models.CharField(blank=True, max_length=16)),
                (
                    "basis_rule",
                    models.CharField(blank=True, help_text="the penalty rule that the fine rests on", max_length=20),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "service",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_the_spot", "handed over on the spot"),
                            ("delivered", "delivered"),
                            ("announced", "by announcement"),
                        ],
                        max_length=12,
                    ),
                ),
                ("announced_at", models.DateTimeField(blank=True, null=True)),
                ("served_at", models.DateTimeField(blank=True, null=True)),
                ("defer_asked_at", models.DateTimeField(blank=True, null=True)),
                ("defer_until", models.DateField(blank=True, null=True)),
                ("instalments", models.TextField(blank=True)),
                ("late_fee_waived", models.BooleanField(default=False)),
                (
                    "remedy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reconsideration", "Reconsideration"),
                            ("litigation", "Lawsuit, first instance"),
                            ("appeal", "Lawsuit, second instance"),
                        ],
                        help_text="the latest sought",
                        max_length=15,
                    ),
                ),
                ("summary_remedy", models.BooleanField(default=False, help_text="it is heard in summary procedure")),
                ("court_applied_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("published_where", models.CharField(blank=True, max_length=300)),
                ("unpublished_at", models.DateTimeField(blank=True, null=True)),
                ("barred_persons", models.TextField(blank=True)),
                (
                    "barred_for_life",
                    models.BooleanField(default=False, help_text="after a criminal penalty (ECL art. 39)"),
                ),
                (
                    "found_on",
                    models.DateField(blank=True, help_text="the day on which the violation was found", null=True),
                ),
                ("long_limitation", models.BooleanField(default=False)),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="casefile.act",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="casefile.party"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="proceedings.proceeding",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "REVIEW")), fields=["proceeding"], name="decision_in_review"
                    ),
                    models.Index(
                        condition=models.Q(("decided_at__isnull", False)),
                        fields=["decided_at"],
                        name="decision_decided",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fine_cny", None), ("fine_cny__gte", 0), _connector="OR"),
                        name="decision_fine_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ["", "penalty"]), models.Q(("ground", ""), _negated=True), _connector="OR"
                        ),
                        name="decision_has_ground",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PropertyMeasure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("detention", "Customs detention"),
                            ("seal", "Sealing or seizure"),
                            ("freeze", "Freezing of deposits"),
                            ("preservation", "Registered preservation"),
                            ("seizure", "Criminal seizure"),
                            ("crm_freeze", "Criminal freezing of deposits"),
                            ("freeze_year", "Criminal freezing of deposits, major case (one year)"),
                            ("equity", "Criminal freezing of equity, policies or investments"),
                            ("securities", "Criminal freezing of securities"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("IN_FORCE", "In force"),
                            ("UNRELATED", "Found unrelated, to be released"),
                            ("RELEASED", "Released"),
                            ("HANDED_OVER", "Handed over with filing"),
                            ("SETTLED", "Ended by a decision"),
                            ("LAPSED", "Lapsed"),
                        ],
                        default="IN_FORCE",
                        max_length=12,
                    ),
                ),
                ("subject", models.TextField(blank=True)),
                ("authority", models.CharField(help_text="who approved it", max_length=200)),
                ("paper", models.CharField(max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_paper", models.CharField(blank=True, max_length=200)),
                (
                    "handling",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confiscated", "confiscated"),
                            ("replaced", "another measure takes its place"),
                            ("other", "decided otherwise"),
                        ],
                        max_length=12,
                    ),
                ),
                ("lots", models.ManyToManyField(blank=True, related_name="measures", to="custody.goodslot")),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="property_measures",
                        to="proceedings.proceeding",
                    ),
                ),
            ],
            options={
                "ordering": ["since", "created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["IN_FORCE", "UNRELATED"]),
                            ("ended_at__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="property_measure_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspect",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("INVESTIGATED", "Under criminal investigation"),
                            ("ARREST_REVIEW", "Arrest under review"),
                            ("ARREST_APPROVED", "Arrest approved"),
                            ("ARREST_RECON", "Refusal of arrest contested"),
                            ("UNDER_REVIEW", "Under review for prosecution"),
                            ("SUPPLEMENT", "Supplementary investigation"),
                            ("NONPROS_RECON", "Non-prosecution contested"),
                            ("PROSECUTED", "Prosecuted"),
                            ("JUDGED", "Judged in first instance"),
                            ("APPEAL", "On appeal"),
                            ("DROPPED", "Investigation terminated"),
                            ("MOVED", "Handed to other police"),
                            ("NOT_PROSECUTED", "Not prosecuted"),
                            ("FINAL", "Judgment final"),
                        ],
                        default="INVESTIGATED",
                        max_length=16,
                    ),
                ),
                ("arrest_contests", models.PositiveSmallIntegerField(default=0)),
                (
                    "nonprosecution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("statutory", "Statutory non-prosecution"),
                            ("discretionary", "Discretionary non-prosecution"),
                            ("insufficient", "Non-prosecution for insufficient evidence"),
                            ("unknown", "Ground not recorded"),
                        ],
                        max_length=14,
                    ),
                ),
                ("nonprosecution_contests", models.PositiveSmallIntegerField(default=0)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("guilty", "Guilty"),
                            ("exempt", "Guilty, exempted from punishment"),
                            ("acquitted", "Not guilty"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "charge",
                    models.CharField(blank=True, help_text="the crime as the judgment names it", max_length=200),
                ),
                (
                    "sentence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fixed_term", "Fixed-term imprisonment"),
                            ("detention", "Criminal detention"),
                            ("control", "Public surveillance"),
                            ("life", "Life imprisonment"),
                            ("death", "Death"),
                            ("fine_only", "Fine alone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sentence_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("suspended_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("fine_cny", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                (
                    "set_off_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="of that fine, what an administrative fine for the same act has paid already (APL art. 35)",
                        max_digits=18,
                        null=True,
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspects",
                        to="casefile.act",
                    ),
                ),
                ("charges", models.ManyToManyField(blank=True, related_name="+", to="controls.offence")),
                (
                    "nationality",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="controls.country",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="casefile.party"
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suspects",
                        to="proceedings.proceeding",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("arrest_contests__lte", 2)), name="suspect_arrest_contested_twice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nonprosecution_contests__lte", 2)), name="suspect_nonpros_contested_twice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "NOT_PROSECUTED"), _negated=True),
                            models.Q(("nonprosecution", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="suspect_not_prosecuted_has_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["JUDGED", "APPEAL", "FINAL"]), _negated=True),
                            models.Q(("verdict", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="suspect_judged_has_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("set_off_cny", None), ("set_off_cny__lte", models.F("fine_cny")), _connector="OR"
                        ),
                        name="suspect_set_off_within_fine",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", "guilty"),
                            models.Q(
                                ("fine_cny", None),
                                ("sentence", ""),
                                ("sentence_months", None),
                                ("set_off_cny", None),
                                ("suspended_months", None),
                            ),
                            _connector="OR",
                        ),
                        name="suspect_punished_is_guilty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "conclusion",
                    models.CharField(
                        choices=[("transfer", "Transfer to the police"), ("administrative", "Administrative handling")],
                        max_length=14,
                    ),
                ),
                ("reasons", models.TextField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("above", "above the criminal threshold"),
                            ("below", "below the criminal threshold"),
                            ("unknown", "unknown, which does not mean below"),
                        ],
                        max_length=7,
                    ),
                ),
                ("weight_kg", models.DecimalField(decimal_places=4, max_digits=18)),
                ("value_cny", models.DecimalField(decimal_places=4, max_digits=18)),
                ("assessed_at", models.DateTimeField()),
                ("came_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assessed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to="proceedings.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["assessed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Remedy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reconsideration", "Reconsideration"),
                            ("litigation", "Lawsuit, first instance"),
                            ("appeal", "Lawsuit, second instance"),
                        ],
                        max_length=15,
                    ),
                ),
                ("body", models.CharField(help_text="the agency or court", max_length=200)),
                ("sought_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("copy_at", models.DateTimeField(blank=True, null=True)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld"),
                            ("changed", "Changed"),
                            ("revoked", "Decision revoked"),
                            ("not_accepted", "Not accepted"),
                            ("withdrawn", "Withdrawn by the party"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remedies", to="proceedings.decision"
                    ),
                ),
            ],
            options={
                "ordering": ["sought_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("decision",), name="remedy_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("sought_at")), _connector="OR"
                        ),
                        name="remedy_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("summons", "Summons"),
                            ("compelled", "Compelled appearance"),
                            ("detention", "Detention"),
                            ("arrest", "Arrest"),
                            ("bail", "Bail"),
                            ("surveillance", "Residential surveillance"),
                            ("technical", "Technical investigation"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("RUNNING", "In force"), ("OVER", "Over: must be released"), ("ENDED", "Ended")],
                        default="RUNNING",
                        max_length=8,
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("police", "Public security agency"),
                            ("procuratorate", "Procuratorate"),
                            ("court", "Court"),
                        ],
                        default="police",
                        max_length=14,
                    ),
                ),
                (
                    "designated",
                    models.BooleanField(default=False, help_text="surveillance at a designated place (CPL art. 75)"),
                ),
                ("paper", models.CharField(max_length=200)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "over_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("expired", "Its period has expired"),
                            ("refused", "The arrest was refused"),
                            ("freed", "The case against the suspect ended"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("released", "Released or lifted"),
                            ("changed", "Changed to another measure"),
                            ("judged", "The judgment took its place"),
                            ("handed", "Handed over with the case"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "suspect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="measures", to="proceedings.suspect"
                    ),
                ),
            ],
            options={
                "ordering": ["since", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind__in", ["detention", "arrest", "bail", "surveillance"]),
                            models.Q(("state", "ENDED"), _negated=True),
                        ),
                        fields=("suspect",),
                        name="measure_one_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ENDED"), _negated=True),
                        fields=("suspect", "kind"),
                        name="measure_one_of_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "ENDED"), ("until__isnull", False), models.Q(("ending", ""), _negated=True)
                            ),
                            models.Q(models.Q(("state", "ENDED"), _negated=True), ("ending", ""), ("until", None)),
                            _connector="OR",
                        ),
                        name="measure_ended_has_time_and_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="measure_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "OVER"), _negated=True),
                            models.Q(("over_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="measure_over_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fine", "on the fine"),
                            ("late_fee", "on the late fee"),
                            ("set_off", "set off against a court's fine"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount_cny", models.DecimalField(decimal_places=2, max_digits=18)),
                ("paid_at", models.DateTimeField()),
                ("receipt", models.CharField(help_text="the number of the receipt or judgment", max_length=200)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payments", to="proceedings.decision"
                    ),
                ),
            ],
            options={
                "ordering": ["paid_at", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cny__gt", 0)), name="payment_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProceduralStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20)),
                ("round", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("paper", models.CharField(help_text="the paper that shows it", max_length=200)),
                ("person", models.CharField(help_text="who received, stated, waived or presided", max_length=200)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="procedural_steps",
                        to="proceedings.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paper", ""), _negated=True), models.Q(("person", ""), _negated=True)
                        ),
                        name="procedural_step_has_paper_and_person",
                    )
                ],
            },
        ),
    ]
