"""Proceedings (办案程序): what one agency does about the case under its own law. An agency may have several."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import id_if_among
from agencies.kernel.records import Desk, Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, OfCaseQuerySet
from cases.clocks.models import Side as Owner
from cases.clocks.models import Timed
from cases.controls.models import Offence

# Procedure → rule of the review for prosecution (CPL art. 172) and of the trial (CPL arts. 208, 220, 225).
REVIEWS = {"": "CRM_PROSECUTE", "fast": "CRM_PROSECUTE_FAST"}
TRIALS = {"": "CRM_TRIAL", "summary": "CRM_TRIAL_SIMPLE", "fast": "CRM_TRIAL_FAST"}


class ProceedingQuerySet(OfCaseQuerySet):
    def open(self) -> Self:
        return self.exclude(state=Proceeding.State.CLOSED)

    def counted(self) -> Self:
        """Each matter once: of two proceedings joined by a conversion, the one that continues."""
        left = [Proceeding.Outcome.TRANSFERRED, Proceeding.Outcome.WITHDRAWN, Proceeding.Outcome.NOT_PROSECUTED]
        went_on = Proceeding.objects.filter(converted_from__isnull=False).values("converted_from")
        return self.exclude(outcome__in=left, pk__in=went_on)

    def walled_off_from(self, agency_id: int | None, person: str) -> Self:
        """Proceedings of a person's bureau hidden from them, because they handle the other side of the case."""
        own, criminal = self.filter(agency_id=agency_id), Q(kind=Proceeding.Kind.CRIMINAL)
        handled = Proceeding.objects.filter(Q(handler=person) | Q(team=person), agency=agency_id)
        of_case = handled.filter(case=OuterRef("case"))
        other_side = criminal & Exists(of_case.exclude(criminal)) | ~criminal & Exists(of_case.filter(criminal))
        joined = Q(pk=OuterRef("pk")) | Q(pk=OuterRef("converted_from")) | Q(converted_from=OuterRef("pk"))
        return own.filter(other_side).exclude(Exists(handled.filter(joined)))

    def contents_for(self, actor: Actor) -> Self:
        """Proceedings whose contents the actor may read: those of their agency. Others on the case see agency, state
        and due time.
        """
        # A correlated subquery: as a list it would be every case that the agency ever shared.
        seen = id_if_among(Case.objects.visible_to(actor), "case_id")
        return self.filter(agency_id=actor.agency_id).alias(case_seen=seen).filter(case_seen__isnull=False)


class Proceeding(Timed, Stateful):
    """One proceeding of an agency. `outcome` and its reasons are set when it ends, before it is closed."""

    clock_kind = "proceeding"
    clock_label = _("Proceeding")
    clock_handler = F("handler")

    class Kind(models.TextChoices):
        COMMERCE = "commerce", _("Administrative (commerce)")
        CUSTOMS = "customs", _("Administrative (customs)")
        CRIMINAL = "criminal", _("Criminal")

    class State(models.TextChoices):
        VERIFY = "VERIFY", _("Verification")
        WARN = "WARN", _("Warned")
        REJECTED = "REJECTED", _("Not filed")
        FILED_ADM = "FILED_ADM", _("Filed")
        INVESTIGATE = "INVESTIGATE", _("Investigation")
        DECIDED = "DECIDED", _("Decided")
        NO_CASE = "NO_CASE", _("Case dropped")
        TRANSFERRED = "TRANSFERRED", _("Transferred")
        HANDED_ON = "HANDED_ON", _("Handed to other police")
        CRIMINAL_CASE = "CRIMINAL_CASE", _("Criminal investigation")
        TRANSFER_PROS = "TRANSFER_PROS", _("Review for prosecution")
        SUPPLEMENTARY = "SUPPLEMENTARY", _("Supplementary investigation")
        PROSECUTED = "PROSECUTED", _("Prosecuted")
        NOT_PROSECUTED = "NOT_PROSECUTED", _("Not prosecuted")
        JUDGED = "JUDGED", _("Judged in first instance")
        APPEAL = "APPEAL", _("On appeal")
        FINAL = "FINAL", _("Judgment final")
        WITHDRAWN = "WITHDRAWN", _("Criminal case withdrawn")
        CLOSED = "CLOSED", _("Closed")

    class Procedure(models.TextChoices):
        """Of a review for prosecution (CPL art. 172: no summary one) or a trial (CPL arts. 208, 220, 225)."""

        ORDINARY = "ordinary", _("Ordinary procedure")
        SUMMARY = "summary", _("Summary procedure")
        FAST = "fast", _("Fast-track procedure")

    class Outcome(models.TextChoices):
        WARNED = "warned", _("Warning letter or regulatory talk")
        NOT_FILED = "not_filed", _("Not filed")
        NO_CASE = "no_case", _("Case dropped")
        NO_PENALTY = "no_penalty", _("No penalty")
        MITIGATED = "mitigated", _("Mitigated penalty")
        PENALTY = "penalty", _("Penalty")
        TRANSFERRED = "transferred", _("Transferred to criminal enforcement")
        HANDED_ON = "handed_on", _("Handed over to another agency")
        WITHDRAWN = "withdrawn", _("Criminal case withdrawn")
        NOT_PROSECUTED = "not_prosecuted", _("Not prosecuted")
        JUDGED = "judged", _("Judged")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proceedings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices)
    handler = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="proceedings")
    # Investigators of an administrative matter: at least two (APL art. 42); none of them decides or reviews.
    team = models.ManyToManyField(User, related_name="handled_proceedings", blank=True)
    external_number = models.CharField(max_length=80, blank=True)
    offence = models.ForeignKey(Offence, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    outcome_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    converted_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="converted_to",
        help_text="the same agency's proceeding in its other capacity: counted once, shown in both lines",
    )
    supplements = models.PositiveSmallIntegerField(default=0)
    review_procedure = models.CharField(max_length=8, choices=Procedure.choices, blank=True)
    # The trial of first instance; unknown until the acceptance by the court is recorded.
    court = models.CharField(max_length=120, blank=True)
    court_accepted_at = models.DateTimeField(null=True, blank=True)
    trial_procedure = models.CharField(max_length=8, choices=Procedure.choices, blank=True)
    # 稽查 of a customs proceeding: the last one notified or begun.
    audit_from = models.DateField(null=True, blank=True, help_text="release of the goods, from which it may be audited")
    audit_began_at = models.DateTimeField(null=True, blank=True)
    audit_ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProceedingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "external_number"],
                condition=~Q(external_number=""),
                name="proceeding_number_in_agency",
            ),
            # 补充侦查 at most twice (CPL art. 175).
            models.CheckConstraint(condition=Q(supplements__lte=2), name="proceeding_two_supplements"),
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="proceeding_by_agency"),
            # Most are closed; queues select the others by handler and by lateness.
            models.Index(fields=["agency", "handler"], condition=~Q(state="CLOSED"), name="proceeding_open_in_hand"),
            models.Index(
                fields=["agency", "breach_at", "due_at"], condition=~Q(state="CLOSED"), name="proceeding_open_late"
            ),
            # What ended lately, for the daily brief: partial, so that other writes do not pay for it.
            models.Index(fields=["opened_at"], condition=Q(kind="criminal"), name="proceeding_filed"),
        ]

    def __str__(self) -> str:
        return self.external_number or str(self.get_kind_display())

    @property
    def is_criminal(self) -> bool:
        return self.kind == self.Kind.CRIMINAL

    @property
    def review_rule(self) -> str:
        """The period of the review for prosecution in its procedure."""
        return REVIEWS.get(self.review_procedure, REVIEWS[""])

    @property
    def trial_rule(self) -> str:
        """The period of the trial in its procedure."""
        return TRIALS.get(self.trial_procedure, TRIALS[""])

    @property
    def proceeding(self) -> "Proceeding":
        """Itself: who may act is asked alike of a proceeding, its lines and its measures."""
        return self

    @property
    def clock_proceeding(self) -> UUID:
        return self.pk

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.handler_id)

    def clock_agencies(self) -> dict[str, int | None]:
        return {Owner.AGENCY: self.agency_id, Owner.RECEIVER: self.agency_id}
