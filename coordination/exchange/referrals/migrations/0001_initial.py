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
        ("proceedings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
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
                            ("criminal_transfer", "Transfer of a suspected crime"),
                            ("assistance", "Request for assistance"),
                            ("lead_transfer", "Transfer of a lead"),
                            ("supervision", "Supervision of filing"),
                            ("notice", "Information notice"),
                            ("copy", "Copy of a letter"),
                            ("eco_lead", "Lead to the economic-crime police"),
                            ("identity", "Identity enquiry"),
                            ("administrative", "Transfer to the competent agency"),
                            ("reverse", "Return for administrative handling"),
                            ("opinion", "Procuratorial opinion"),
                            ("conversion", "Conversion within the bureau"),
                            ("demand", "Demand for transfer"),
                        ],
                        max_length=18,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT_REPORT", "Report being drafted"),
                            ("HEAD_DECISION", "Awaiting the responsible person's decision"),
                            ("REFUSED_INTERNAL", "Transfer not approved"),
                            ("APPROVED", "Approved, to be transferred"),
                            ("DELIVERED", "Delivered, receipt pending"),
                            ("ACCEPTED", "Receipt signed, under review"),
                            ("SUPPLEMENT", "Papers to be supplied"),
                            ("FILED", "Filed"),
                            ("NOT_FILED", "Not filed"),
                            ("NOT_OURS", "Not competent, to be forwarded"),
                            ("OUT_OF_SCOPE", "Outside the remit of public security"),
                            ("RECONSIDERATION", "Reconsideration requested"),
                            ("UPHELD", "Non-filing upheld on reconsideration"),
                            ("SUPERVISED", "Under supervision of filing"),
                            ("NOT_FILED_FINAL", "Not filed, objections exhausted"),
                            ("WITHDRAWN", "Withdrawn"),
                            ("DRAFT", "Draft"),
                            ("SENT", "Sent"),
                            ("IN_WORK", "Accepted, in progress"),
                            ("RETURNED", "Returned for completion"),
                            ("ANSWERED", "Answered"),
                            ("TAKEN_OVER", "Taken over as a lead"),
                            ("DECLINED", "Declined"),
                            ("SUGGESTED", "Suggestion under examination"),
                            ("REASONS_ASKED", "Police asked for their reasons"),
                            ("EXPLAINED", "Reasons given, under examination"),
                            ("REASONS_STAND", "Reasons upheld, agency to be notified"),
                            ("REASONS_TOLD", "Reasons upheld, agency notified"),
                            ("ORDERED", "Police ordered to file"),
                            ("ORDER_OBEYED", "Filed under supervision"),
                            ("READ", "Read"),
                            ("NOT_COMPETENT", "Competence declined"),
                            ("DESIGNATION", "Superior asked to designate"),
                            ("CENTRE_ASKED", "Centre asked for its opinion"),
                            ("OPINED", "Opinion given, to be accepted"),
                            ("AT_OFFICE", "Referred to the Coordination Mechanism Office"),
                            ("DESIGNATED", "Designated, to be taken over"),
                            ("RECEIVED", "Accepted and filed"),
                            ("KEPT", "Handled by the sender"),
                            ("RESUMED", "Received, handled administratively"),
                            ("REPORTED", "Result reported back"),
                            ("CONVERTED", "Converted"),
                        ],
                        max_length=16,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(max_length=300)),
                (
                    "ground",
                    models.CharField(blank=True, help_text="why it goes, in the law's words; per kind", max_length=20),
                ),
                ("enclosures", models.TextField(blank=True, help_text="the list of files handed over")),
                (
                    "incomplete_because",
                    models.TextField(
                        blank=True,
                        help_text="why a transfer goes although its checklist is incomplete, given by the approver",
                    ),
                ),
                (
                    "overruled_because",
                    models.TextField(blank=True, help_text="why another receiver than the routing suggests"),
                ),
                ("urgent", models.BooleanField(default=False, help_text="handed over at once; the papers follow")),
                ("owed_papers", models.TextField(blank=True, help_text="what an urgent transfer still owes")),
                (
                    "proposed",
                    models.CharField(blank=True, help_text="the decision that an officer proposes", max_length=24),
                ),
                ("proposal", models.TextField(blank=True, help_text="its facts, grounds and articles")),
                (
                    "to_revise",
                    models.TextField(
                        blank=True, help_text="why the office returned the report, until it is submitted again"
                    ),
                ),
                ("report", models.TextField(blank=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("asked_papers", models.TextField(blank=True)),
                ("ending_reason", models.TextField(blank=True)),
                ("notice_verb", models.CharField(blank=True, help_text="the act that is the notice", max_length=24)),
                ("notice_issued_at", models.DateTimeField(blank=True, null=True)),
                ("notice_received_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice_proof",
                    models.CharField(blank=True, help_text="of service, where the issuer recorded it", max_length=200),
                ),
                (
                    "acts",
                    models.ManyToManyField(
                        blank=True, help_text="none: all of the case", related_name="referrals", to="casefile.act"
                    ),
                ),
                (
                    "also_to",
                    models.ManyToManyField(
                        blank=True,
                        help_text="further addressees; each gets a referral of its own at sending",
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
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
                    "arbiter",
                    models.ForeignKey(
                        blank=True,
                        help_text="the common superior, or the centre, once asked which of the two is competent",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arbitrated_referrals",
                        to="organisations.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="casefile.case"
                    ),
                ),
                (
                    "competent",
                    models.ForeignKey(
                        blank=True,
                        help_text="whose matter it is, as the police stated when they sent it back",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "copy_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        blank=True,
                        help_text="the agency whose responsible person the proposal waits for",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        help_text="the penalty decision of which this is a copy",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="proceedings.decision",
                    ),
                ),
                (
                    "drafter",
                    models.ForeignKey(
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_referrals",
                        to="organisations.agency",
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
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        help_text="the proceeding out of which it goes",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_on_by",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="what it answers",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="referrals.referral",
                    ),
                ),
                (
                    "parties",
                    models.ManyToManyField(
                        blank=True, help_text="none: all of the case", related_name="referrals", to="casefile.party"
                    ),
                ),
                (
                    "passed_on_by",
                    models.ManyToManyField(
                        blank=True,
                        help_text="who sent it on as not within his remit",
                        related_name="passed_on_referrals",
                        to="organisations.agency",
                    ),
                ),
                (
                    "proceeding",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened_by",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_referrals",
                        to="organisations.agency",
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        blank=True,
                        help_text="the agency whose act is reviewed, where that is neither sender nor receiver",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "resumed",
                    models.ForeignKey(
                        blank=True,
                        help_text="the proceeding that runs again with what came back",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resumed_by",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        blank=True,
                        help_text="the row followed",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="controls.offenceroute",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_referrals",
                        to="organisations.agency",
                    ),
                ),
                (
                    "suggested",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "supervised_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="the procuratorate asked",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "team",
                    models.ManyToManyField(blank=True, related_name="transfer_teams", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["holder", "state", "due_at"], name="referral_by_holder"),
                    models.Index(fields=["updated_at", "id"], name="referral_by_update"),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        name="referral_by_due",
                    ),
                    models.Index(
                        condition=models.Q(("breach_at__isnull", False)),
                        fields=["breach_at"],
                        name="referral_by_breach",
                    ),
                    models.Index(
                        condition=models.Q(("decider__isnull", False)), fields=["decider"], name="referral_by_decider"
                    ),
                    models.Index(fields=["sender", "state"], name="referral_by_sender"),
                    models.Index(fields=["receiver", "state"], name="referral_by_receiver"),
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", False)),
                        fields=["delivered_at"],
                        name="referral_delivered",
                    ),
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", False)),
                        fields=["state_since"],
                        name="referral_since",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "REFUSED_INTERNAL",
                                    "FILED",
                                    "OUT_OF_SCOPE",
                                    "NOT_FILED_FINAL",
                                    "WITHDRAWN",
                                    "REASONS_TOLD",
                                    "ORDER_OBEYED",
                                    "ANSWERED",
                                    "TAKEN_OVER",
                                    "DECLINED",
                                    "READ",
                                    "RECEIVED",
                                    "KEPT",
                                    "REPORTED",
                                    "CONVERTED",
                                ),
                            ),
                            _negated=True,
                        ),
                        fields=["id"],
                        include=(
                            "state",
                            "sender",
                            "receiver",
                            "copy_to",
                            "supervised_by",
                            "respondent",
                            "arbiter",
                            "delivered_at",
                            "signed_at",
                        ),
                        name="referral_open",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["DRAFT_REPORT", "DRAFT"]),
                            models.Q(("delivered_at", None), ("state", "WITHDRAWN")),
                            _connector="OR",
                        ),
                        fields=["id"],
                        name="referral_unsent",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sender", models.F("receiver")), _negated=True),
                            ("kind", "conversion"),
                            _connector="OR",
                        ),
                        name="referral_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["FILED"]), _negated=True),
                            ("proceeding__isnull", False),
                            _connector="OR",
                        ),
                        name="referral_filed_has_proceeding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("notice_received_at", None),
                            ("notice_received_at__gte", models.F("notice_issued_at")),
                            _connector="OR",
                        ),
                        name="referral_notice_received_after_issue",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("sender", "kind", "number", "receiver"),
                        name="referral_number_in_agency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=80)),
                ("frozen_at", models.DateTimeField()),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="packages", to="referrals.referral"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("referral", "number"), name="package_number")],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(help_text="the act by which it was sent", max_length=24)),
                (
                    "above",
                    models.CharField(
                        blank=True, help_text="the superior to which it was written, if to one", max_length=120
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="referrals.referral"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
    ]
