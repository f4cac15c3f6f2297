"""Referral (移送/协查): a hand-over or request between agencies with a legal life of its own."""

from datetime import datetime
from enum import IntEnum
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import SOON, Desk, Stateful
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Act, Case, Handling, Party
from cases.casefile.systems import open_to_system
from cases.casefile.walls import has_a_wall, walled_ids
from cases.clocks.models import Side, Timed
from cases.controls.models import Offence, OffenceRoute
from cases.files.models import Attachment
from cases.proceedings.models import Decision, Proceeding
from coordination.exchange.letters.models import optional_link

from .indexes import ENDED_STATES, INDEXES, NEVER_SENT

# With which connected systems see referrals: what they may act on, they see.
SYSTEM_SCOPES = (ApiKey.Scope.REFERRALS_READ, ApiKey.Scope.REFERRALS_RECEIVE, ApiKey.Scope.REFERRALS_ANSWER)


class Sight(IntEnum):
    """How much of a referral a reader sees."""

    NOTHING = 0
    ENVELOPE = 1  # agencies, number, offence, goods names, page count, mark
    PACKAGE = 2  # the frozen package and its supplements, never the live case
    FULL = 3  # drafts, report, internal remark and reasons of the sender


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, actor: Actor) -> Self:
        """Visible to the sender always; to receiver and copied agency once delivered; to the centre once out of draft.

        An agency that passed it on, and a procuratorate that was asked, keep it. The agency under supervision sees it
        once asked for its reasons, and a superior once asked to designate.

        What the sender hands on from a proceeding is behind the wall that hides the proceeding from its people.
        A connected system sees what its agency received or delivered, as far as its case is open to systems.
        """
        if actor.has_scope(*SYSTEM_SCOPES):
            open_to_it = open_to_system(Case.objects.all(), actor).filter(pk=OuterRef("case_id"))
            sides = Q(receiver_id=actor.agency_id) | Q(sender_id=actor.agency_id)
            return self.filter(sides, models.Exists(open_to_it), delivered_at__isnull=False)
        if not actor.reads_cases:
            return self.none()
        passed_on = Referral.passed_on_by.through.objects.filter(agency_id=actor.own_agency)
        handed = (
            Q(receiver_id=actor.agency_id)
            | Q(copy_to_id=actor.agency_id)
            | Q(supervised_by_id=actor.agency_id)
            | Q(pk__in=passed_on.values("referral_id"))
        )
        asked = Q(respondent_id=actor.agency_id, signed_at__isnull=False) | Q(arbiter_id=actor.agency_id)
        mine = Q(sender_id=actor.agency_id) | (handed & Q(delivered_at__isnull=False)) | asked
        centre = ~Q(case__handling=Handling.H3) & ~NEVER_SENT
        if has_a_wall(actor):
            mine &= ~Q(sender_id=actor.agency_id, origin__in=walled_ids(actor))
        if actor.is_centre:
            return self.filter(centre | mine if actor.is_staff else centre)
        return self.filter(mine)

    def contents_visible_to(self, actor: Actor) -> Self:
        """Referrals that the actor reads beyond the envelope: `access.reads_package` as a query."""
        K, S = Referral.Kind, Referral.State
        request = Q(state=S.SENT) & ~Q(kind__in=[K.CRIMINAL_TRANSFER, K.REVERSE, K.OPINION])
        closed = Q(state__in=[S.DELIVERED, S.SENT, S.WITHDRAWN]) & ~request
        back = Q(kind=K.ADMINISTRATIVE, state=S.KEPT) | Q(
            kind=K.CRIMINAL_TRANSFER, state__in=[S.OUT_OF_SCOPE, S.NOT_FILED_FINAL]
        )
        receiver = Q(receiver_id=actor.agency_id)
        third = ~receiver & (Q(supervised_by_id=actor.agency_id) | Q(arbiter_id=actor.agency_id))
        opened = Q(delivered_at__isnull=False) & (receiver & ~closed & ~back | third)
        read = Q(sender_id=actor.agency_id) | opened if actor.is_staff else Q(pk=None)
        if actor.is_centre:
            read |= ~Q(case__handling=Handling.H3) & ~NEVER_SENT
        return self.visible_to(actor).filter(read)

    def open(self) -> Self:
        # Lists states instead of excluding the ended ones, because an index cannot serve an exclusion.
        return self.filter(state__in=[state for state in Referral.State if state not in Referral.ENDED])

    def overdue(self, now: datetime | None = None) -> Self:
        return self.filter(breach_at__lt=now or times.now())

    def soon(self, now: datetime | None = None) -> Self:
        """Due within a day, and not overdue. Between the strict and the lenient reading it still counts as soon."""
        now = now or times.now()
        return self.filter(due_at__lte=now + SOON, breach_at__gte=now)

    def waiting_on(self, agency_id: int | None) -> Self:
        """Referrals whose next step belongs to this agency. Under supervision, the supervision has the next step."""
        return self.filter(holder_id=agency_id).open().exclude(state=Referral.State.SUPERVISED)


FREEZING = frozenset({"approve", "send", "supply", "supply_owed", "file", "take_back"})  # acts with a package


class Referral(Timed, Stateful):
    """A referral. Each kind has its own workflow. `holder` is the agency whose step is next; actions write it."""

    clock_kind = "referral"
    restored = frozenset({"packages", "letters", "outcomes"})
    clock_label = _("Referral")
    # The drafter handles what the sender owes, the receiver's handler what the receiver owes.
    clock_handler = models.Case(
        models.When(sender=OuterRef("agency"), then=F("drafter")), default=F("handler"), output_field=models.UUIDField()
    )

    @classmethod
    def kept_from_centre(cls) -> models.QuerySet[Any]:
        return cls.objects.filter(NEVER_SENT).values("pk")

    class Kind(models.TextChoices):
        CRIMINAL_TRANSFER = "criminal_transfer", _("Transfer of a suspected crime")
        ASSISTANCE = "assistance", _("Request for assistance")
        LEAD_TRANSFER = "lead_transfer", _("Transfer of a lead")
        SUPERVISION = "supervision", _("Supervision of filing")
        NOTICE = "notice", _("Information notice")
        COPY = "copy", _("Copy of a letter")
        ECO_LEAD = "eco_lead", _("Lead to the economic-crime police")
        IDENTITY = "identity", _("Identity enquiry")
        ADMINISTRATIVE = "administrative", _("Transfer to the competent agency")
        REVERSE = "reverse", _("Return for administrative handling")
        OPINION = "opinion", _("Procuratorial opinion")
        CONVERSION = "conversion", _("Conversion within the bureau")
        DEMAND = "demand", _("Demand for transfer")
        PROSECUTION = "prosecution", _("File for prosecution")

    class State(models.TextChoices):
        DRAFT_REPORT = "DRAFT_REPORT", _("Report being drafted")
        HEAD_DECISION = "HEAD_DECISION", _("Awaiting the responsible person's decision")
        REFUSED_INTERNAL = "REFUSED_INTERNAL", _("Transfer not approved")
        APPROVED = "APPROVED", _("Approved, to be transferred")
        DELIVERED = "DELIVERED", _("Delivered, receipt pending")
        ACCEPTED = "ACCEPTED", _("Receipt signed, under review")
        SUPPLEMENT = "SUPPLEMENT", _("Papers to be supplied")
        FILED = "FILED", _("Filed")
        NOT_FILED = "NOT_FILED", _("Not filed")
        NOT_OURS = "NOT_OURS", _("Not competent, to be forwarded")
        OUT_OF_SCOPE = "OUT_OF_SCOPE", _("Outside the remit of public security")
        RECONSIDERATION = "RECONSIDERATION", _("Reconsideration requested")
        UPHELD = "UPHELD", _("Non-filing upheld on reconsideration")
        SUPERVISED = "SUPERVISED", _("Under supervision of filing")
        NOT_FILED_FINAL = "NOT_FILED_FINAL", _("Not filed, objections exhausted")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        DRAFT = "DRAFT", _("Draft")
        SENT = "SENT", _("Sent")
        IN_WORK = "IN_WORK", _("Accepted, in progress")
        RETURNED = "RETURNED", _("Returned for completion")
        ANSWERED = "ANSWERED", _("Answered")
        TAKEN_OVER = "TAKEN_OVER", _("Taken over as a lead")
        DECLINED = "DECLINED", _("Declined")
        SUGGESTED = "SUGGESTED", _("Suggestion under examination")
        REASONS_ASKED = "REASONS_ASKED", _("Police asked for their reasons")
        EXPLAINED = "EXPLAINED", _("Reasons given, under examination")
        REASONS_STAND = "REASONS_STAND", _("Reasons upheld, agency to be notified")
        REASONS_TOLD = "REASONS_TOLD", _("Reasons upheld, agency notified")
        ORDERED = "ORDERED", _("Police ordered to file")
        ORDER_OBEYED = "ORDER_OBEYED", _("Filed under supervision")
        READ = "READ", _("Read")
        NOT_COMPETENT = "NOT_COMPETENT", _("Competence declined")
        DESIGNATION = "DESIGNATION", _("Superior asked to designate")
        CENTRE_ASKED = "CENTRE_ASKED", _("Centre asked for its opinion")
        OPINED = "OPINED", _("Opinion given, to be accepted")
        AT_OFFICE = "AT_OFFICE", _("Referred to the Coordination Mechanism Office")
        DESIGNATED = "DESIGNATED", _("Designated, to be taken over")
        RECEIVED = "RECEIVED", _("Accepted and filed")
        KEPT = "KEPT", _("Handled by the sender")
        RESUMED = "RESUMED", _("Received, handled administratively")
        REPORTED = "REPORTED", _("Result reported back")
        CONVERTED = "CONVERTED", _("Converted")

    DRAFTS = (State.DRAFT_REPORT, State.DRAFT)
    ENDED = tuple(map(State, ENDED_STATES))
    # Letters carry no facts of the case and need no answer.
    LETTERS = (Kind.NOTICE, Kind.COPY)

    kind = models.CharField(max_length=18, choices=Kind.choices)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="sent_referrals")
    receiver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="received_referrals")
    holder = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="held_referrals")
    copy_to = optional_link(Agency)
    state = models.CharField(max_length=16, choices=State.choices)
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by", help_text="what it answers"
    )
    respondent = optional_link(
        Agency, help_text="the agency whose act is reviewed, where that is neither sender nor receiver"
    )
    parties = models.ManyToManyField(Party, related_name="referrals", blank=True, help_text="none: all of the case")
    acts = models.ManyToManyField(Act, related_name="referrals", blank=True, help_text="none: all of the case")
    files = models.ManyToManyField(Attachment, related_name="referrals", blank=True, help_text="none: no file goes")
    opinions = models.ManyToManyField(
        "opinions.Opinion", related_name="referrals", blank=True, help_text="none: no opinion goes"
    )
    also_to = models.ManyToManyField(
        Agency, related_name="+", blank=True, help_text="further addressees; each gets a referral of its own at sending"
    )
    decision = optional_link(Decision, related_name="copies", help_text="the penalty decision of which this is a copy")
    arbiter = optional_link(
        Agency,
        related_name="arbitrated_referrals",
        help_text="the common superior, or the centre, once asked which of the two is competent",
    )
    ground = models.CharField(max_length=20, blank=True, help_text="why it goes, in the law's words; per kind")
    enclosures = models.TextField(blank=True, help_text="the list of files handed over")
    incomplete_because = models.TextField(
        blank=True, help_text="why a transfer goes although its checklist is incomplete, given by the approver"
    )
    origin = optional_link(Proceeding, related_name="handed_on_by", help_text="the proceeding out of which it goes")
    resumed = optional_link(
        Proceeding, related_name="resumed_by", help_text="the proceeding that runs again with what came back"
    )
    offence = optional_link(Offence)
    route = optional_link(OffenceRoute, help_text="the row followed")
    suggested = optional_link(Agency)
    overruled_because = models.TextField(blank=True, help_text="why another receiver than the routing suggests")
    urgent = models.BooleanField(default=False, help_text="handed over at once; the papers follow")
    owed_papers = models.TextField(blank=True, help_text="what an urgent transfer still owes")
    passed_on_by = models.ManyToManyField(
        Agency, related_name="passed_on_referrals", blank=True, help_text="who sent it on as not within his remit"
    )
    competent = optional_link(Agency, help_text="whose matter it is, as the police stated when they sent it back")
    supervised_by = optional_link(Agency, help_text="the procuratorate asked")
    proposed = models.CharField(max_length=24, blank=True, help_text="the decision that an officer proposes")
    proposal = models.TextField(blank=True, help_text="its facts, grounds and articles")
    to_revise = models.TextField(
        blank=True, help_text="why the office returned the report, until it is submitted again"
    )
    decider = optional_link(Agency, help_text="the agency whose responsible person the proposal waits for")
    report = models.TextField(blank=True)
    internal_remark = models.TextField(blank=True, help_text="for the sender's agency alone; it leaves in nothing")
    team = models.ManyToManyField(User, related_name="transfer_teams", blank=True)
    drafter = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approver = optional_link(User)
    handler = optional_link(User)
    delivered_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    asked_papers = models.TextField(blank=True)
    ending_reason = models.TextField(blank=True)
    # The notice that was served last: its issue, and its receipt by the addressee, from which its periods run.
    notice_verb = models.CharField(max_length=24, blank=True, help_text="the act that is the notice")
    notice_issued_at = models.DateTimeField(null=True, blank=True)
    notice_received_at = models.DateTimeField(null=True, blank=True)
    notice_proof = models.CharField(max_length=200, blank=True, help_text="of service, where the issuer recorded it")
    proceeding = models.OneToOneField(
        Proceeding, null=True, blank=True, on_delete=models.PROTECT, related_name="opened_by"
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")) | Q(kind="conversion"), name="referral_between_two"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["FILED"]) | Q(proceeding__isnull=False), name="referral_filed_has_proceeding"
            ),
            models.CheckConstraint(
                condition=Q(notice_received_at=None) | Q(notice_received_at__gte=F("notice_issued_at")),
                name="referral_notice_received_after_issue",
            ),
            models.UniqueConstraint(
                # One letter to several agencies has one number.
                fields=["sender", "kind", "number", "receiver"],
                condition=~Q(number=""),
                name="referral_number_in_agency",
            ),
        ]
        indexes = INDEXES

    @property
    def came_back(self) -> bool:
        """Whether its agency has to complete it: the other side or the own responsible person returned it."""
        proposal = bool(self.proposed) and self.decider_id is None
        return bool(self.to_revise) or proposal or self.state in (self.State.RETURNED, self.State.SUPPLEMENT)

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def deciding_agency(self) -> Agency:
        """The agency whose responsible person decides: on a proposal, otherwise on the sender's report."""
        return self.decider or self.sender

    @property
    def never_sent(self) -> bool:
        """A draft, or a referral withdrawn before anyone else could know of it."""
        return self.state in self.DRAFTS or (self.state == self.State.WITHDRAWN and self.delivered_at is None)

    @property
    def is_transfer(self) -> bool:
        return self.kind == self.Kind.CRIMINAL_TRANSFER

    @property
    def in_volumes(self) -> bool:
        """Whether each package is a volume (卷) of one file, with the evidence that no earlier volume has."""
        return self.kind == self.Kind.PROSECUTION

    @property
    def is_supervision(self) -> bool:
        """For a supervision, `signed_at` is when the procuratorate accepted the suggestion by asking the police for
        their reasons."""
        return self.kind == self.Kind.SUPERVISION

    @property
    def review_rule(self) -> str:
        """The period of the filing review depends on the offence, not on the agency."""
        economic = self.offence is not None and self.offence.track == Offence.Track.ECONOMIC
        return "TRF_REVIEW_ECO" if economic else "TRF_REVIEW"

    def has_cause(self, code: str) -> bool:
        """Whether this rule applies, where a transition starts one of several: the police are asked for the reasons of
        their refusal or of their delay.
        """
        if code not in ("SUP_EXPLAIN", "SUP_OVERDUE"):
            return True
        refused = self.parent is not None and self.parent.notice_verb in ("not_file", "uphold")
        return refused == (code == "SUP_EXPLAIN")

    @property
    def comes_back(self) -> bool:
        """Whether it returns from criminal justice to the administrative side. Then sender and receiver in the rules
        are those of the earlier transfer, i.e. reversed."""
        return self.kind in (self.Kind.REVERSE, self.Kind.OPINION)

    @property
    def is_opinion(self) -> bool:
        """An opinion of the procuratorate (检察意见) to an administrative agency."""
        return self.kind in (self.Kind.OPINION, self.Kind.DEMAND)

    @property
    def notice_from(self) -> Agency:
        """Who issues the notices of this kind: police or procuratorate."""
        return self.sender if self.is_opinion else self.receiver

    @property
    def notice_to(self) -> Agency:
        """On whom they are served: the agency, or the police under supervision."""
        return self.receiver if self.is_opinion else self.respondent or self.sender

    @property
    def notice_pending(self) -> bool:
        """Whether a notice was issued whose receipt is not recorded."""
        return self.notice_issued_at is not None and self.notice_received_at is None

    def desk(self) -> Desk:
        """The agency whose step is next, and its handler."""
        people = {self.receiver_id: self.handler_id, self.sender_id: self.drafter_id}
        return Desk.of(self.holder_id, person=people.get(self.holder_id))

    def take_back(self, verb: str, at: datetime) -> dict[str, Any]:
        """What the annulled act froze or wrote goes with it, so that the next one is the first again. The digests of
        its packages are recorded."""
        frozen = self.packages.filter(frozen_at=at) if verb in FREEZING else self.packages.none()
        digests = list(frozen.values_list("digest", flat=True))
        frozen.delete()
        self.letters.filter(verb=verb, at=at).delete()
        return {"packages": digests} if digests else {}

    def known_from(self, agency_id: int | None) -> datetime | None:
        """Only its sender sees what came before its delivery."""
        return None if agency_id == self.sender_id else self.delivered_at or times.now()

    def clock_agencies(self) -> dict[str, int | None]:
        """In a supervision the police owe reasons and filing; the receiver is the procuratorate.

        Who issued a notice watches its receipt; the addressee does, if the issuer does not sign in.
        """
        owing = self.respondent_id or self.receiver_id
        watch: dict[str, int | None] = {}
        if self.notice_pending:
            watch = {Side.ISSUER: (self.notice_from if self.notice_from.signs_in else self.notice_to).pk}
        if self.comes_back:
            watch |= {Side.SENDER: self.receiver_id, Side.RECEIVER: self.sender_id, Side.AGENCY: self.receiver_id}
            return watch
        return {
            **watch,
            Side.SENDER: self.sender_id,
            Side.RECEIVER: owing,
            Side.AGENCY: owing,
            Side.PROCURATORATE: self.receiver_id if self.is_supervision else None,
        }


def may_file(agency: Agency) -> bool:
    """Public security, an anti-smuggling bureau or state security: only they file criminal cases (CPL arts. 4, 19)."""
    return agency.investigates_crime or agency.line == Agency.Line.SECURITY


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, actor: Actor) -> Self:
        """Letters of the actor's own agency; for the sender all; for the receiver from its signed receipt on, for the
        procuratorate from the suggestion on; for the agency under supervision those the procuratorate wrote to it.

        Readers of the envelope alone read no letters: a copied agency, an agency that passed the matter on, the
        receiver once the file was returned. The agency that suggested supervision reads the correspondence of police
        and procuratorate once it is notified of the result. A letter to a superior is read by its own agency alone.
        """
        seen = self.filter(referral__in=Referral.objects.visible_to(actor).values("pk"))
        back = [Referral.State.OUT_OF_SCOPE, Referral.State.NOT_FILED_FINAL]
        given_back = Q(referral__kind=Referral.Kind.CRIMINAL_TRANSFER, referral__state__in=back)
        supervision = Q(referral__kind=Referral.Kind.SUPERVISION)
        values = ~supervision | Q(referral__state=Referral.State.REASONS_TOLD, agency_id=F("referral__receiver_id"))
        unsigned = [Referral.Kind.ADMINISTRATIVE, Referral.Kind.DEMAND]  # read without a signed receipt
        opened = Q(referral__signed_at__isnull=False) | supervision | Q(referral__kind__in=unsigned)
        receiver = Q(referral__receiver_id=actor.agency_id) & opened & ~given_back
        asked = Q(referral__respondent_id=actor.agency_id, agency_id=F("referral__receiver_id"))
        sender = Q(referral__sender_id=actor.agency_id) & values
        third = Q(referral__supervised_by_id=actor.agency_id) | Q(referral__arbiter_id=actor.agency_id)
        beyond = sender | receiver | third | asked
        if actor.is_centre:
            beyond |= opened & ~Q(referral__case__handling=Handling.H3)
        return seen.filter(Q(agency_id=actor.agency_id) | beyond & Q(above=""))


class Letter(models.Model):
    """A letter between the sides (往来文书): grounds, reasons, explanations, orders. Never edited."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="letters")
    verb = models.CharField(max_length=24, help_text="the act by which it was sent")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    above = models.CharField(max_length=120, blank=True, help_text="the superior to which it was written, if to one")
    text = models.TextField()
    at = models.DateTimeField()

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]


class Package(models.Model):
    """What was handed over, frozen at approval; supplements are further rows. `content` is canonical JSON text."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="packages")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=80)
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "number"], name="package_number")]
        ordering = ["number"]
