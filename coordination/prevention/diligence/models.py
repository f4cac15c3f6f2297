"""Due diligence of exporters (尽职调查): questionnaires, the reviews that follow them, and the gaps that were found."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import NamedModel, pick
from agencies.kernel.records import Desk, Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.controls.citations import cited
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link
from coordination.prevention.campaigns import campaign_column
from coordination.prevention.exporters.models import Exporter


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those delivered with the product and those of the own agency; all for the centre."""
        if actor.is_centre:
            return self.all()
        return self.filter(Q(agency=None) | Q(agency_id=actor.agency_id)) if actor.is_staff else self.none()

    def usable_by(self, actor: Actor) -> Self:
        """Those with which a review may begin: an agency's own edition takes the place of the delivered one."""
        current = self.visible_to(actor).filter(state=Questionnaire.State.IN_FORCE)
        own = current.filter(agency_id=actor.agency_id)
        return current.filter(Q(agency_id=actor.agency_id) | Q(agency=None) & ~Q(code__in=own.values("code")))


class Questionnaire(NamedModel, Stateful):
    """One edition of a questionnaire. It never changes: a review keeps the edition with which it began.

    Without an agency it is delivered with the product and may be used by all.
    """

    class State(models.TextChoices):
        IN_FORCE = "IN_FORCE", pgettext_lazy("questionnaire", "In force")
        REPLACED = "REPLACED", pgettext_lazy("questionnaire", "Replaced")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("questionnaire", "Withdrawn")

    journal_kind = "questionnaire"
    agency = optional_link(Agency)
    code = models.CharField(max_length=30)
    edition = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State.choices, default=State.IN_FORCE)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code", "edition"], name="questionnaire_edition_once"),
            models.UniqueConstraint(
                fields=["code", "edition"], condition=Q(agency=None), name="questionnaire_delivered_once"
            ),
        ]


class AnswerKind(models.TextChoices):
    YES_NO = "yes_no", _("yes or no")
    TEXT = "text", pgettext_lazy("answer", "text")
    FILE = "file", _("paper with its number")
    DATE = "date", pgettext_lazy("answer", "day")


class GapRule(models.TextChoices):
    """The answer that counts as a gap. An officer decides; the rule marks the answer for them."""

    NONE = "", pgettext_lazy("gap", "no answer by itself")
    NO = "no", _("the answer no")
    YES = "yes", _("the answer yes")
    EMPTY = "empty", _("no answer")
    PAST = "past", _("a day that has passed")


class QuestionnaireItem(models.Model):
    """One question. `basis` is the article that requires what is asked, in the form of citations."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=10)
    kind = models.CharField(max_length=6, choices=AnswerKind.choices)
    question_zh = models.CharField(max_length=400)
    question_en = models.CharField(max_length=400)
    gap = models.CharField(max_length=5, choices=GapRule.choices, blank=True)
    basis = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.question}"

    @property
    def question(self) -> str:
        return pick(self.question_zh, self.question_en)

    @property
    def cited(self) -> str:
        return cited(self.basis)


class ReviewQuerySet(DatedQuerySet["Review"]):
    def visible_to(self, actor: Actor) -> Self:
        """Reviews of the own agency; all for the centre."""
        if actor.is_centre:
            return self.all()
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def of_person(self, actor: Actor) -> Self:
        return self.filter(handler=actor.person_id)

    def with_open_gaps(self) -> Self:
        return self.filter(Exists(Gap.objects.open().filter(review=OuterRef("pk"))))


class Review(Letter):
    """A review of one exporter. `due_at` is the day for its answers while they are awaited, then that of the first open
    gap; empty if the agency has the next step without a day.

    An item of the kind `file` is answered with the number of a paper, which the agency keeps: attachments belong to a
    case.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("review", "Draft")
        SENT = "SENT", pgettext_lazy("review", "Sent, answers awaited")
        ANSWERED = "ANSWERED", pgettext_lazy("review", "Answered, to be assessed")
        REVIEWED = "REVIEWED", pgettext_lazy("review", "Assessed")
        CLOSED = "CLOSED", pgettext_lazy("review", "Closed")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("review", "Withdrawn")

    class SentBy(models.TextChoices):
        POST = "post", _("by post")
        EMAIL = "email", _("by e-mail")
        HANDED = "handed", _("handed over")
        PLATFORM = "platform", _("through the platform of the agency")

    class AnsweredBy(models.TextChoices):
        EXPORTER = "exporter", _("by the exporter in writing")
        VISIT = "visit", _("by an officer during a visit")

    OPEN_STATES = (State.DRAFT, State.SENT, State.ANSWERED, State.REVIEWED)

    journal_kind = "review"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    exporter = models.ForeignKey(Exporter, on_delete=models.PROTECT, related_name="reviews")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    handler = optional_link(User)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    reference = models.CharField(max_length=80, blank=True, help_text="the letter or lead that gave rise to it")
    campaign = campaign_column()
    sent_by = models.CharField(max_length=8, choices=SentBy.choices, blank=True)
    answered_by = models.CharField(max_length=8, choices=AnsweredBy.choices, blank=True)
    answers_by = models.DateField(null=True, blank=True, help_text="the day until which answers are expected")
    due_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.TextField(blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "state", "due_at"], name="review_queue"),
            index_by_due("review_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.exporter.name} · {self.questionnaire.name}"

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.handler_id)


class Verdict(models.TextChoices):
    """What the officer found about one item."""

    IN_ORDER = "in_order", _("in order")
    GAP = "gap", pgettext_lazy("review", "gap")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class ReviewAnswer(models.Model):
    """The answer to one item, the number of the paper that shows it, and what the officer found."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(QuestionnaireItem, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    paper = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=14, choices=Verdict.choices, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        ordering = ["item__position"]
        constraints = [models.UniqueConstraint(fields=["review", "item"], name="review_item_once")]

    @property
    def number(self) -> str:
        return self.item.number


class GapQuerySet(models.QuerySet["Gap"]):
    def open(self) -> Self:
        return self.exclude(state=Gap.State.CLOSED)


class Gap(models.Model):
    """What is missing at the exporter, until which day, and how it was closed. A person of the agency checks again what
    the exporter reported."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("gap", "Open")
        REPORTED_CLOSED = "REPORTED_CLOSED", pgettext_lazy("gap", "Reported as closed")
        CLOSED = "CLOSED", pgettext_lazy("gap", "Closed")
        REOPENED = "REOPENED", pgettext_lazy("gap", "Reopened")

    WITH_EXPORTER = (State.OPEN, State.REOPENED)

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="gaps")
    item = models.ForeignKey(QuestionnaireItem, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    due_on = models.DateField()
    state = models.CharField(max_length=15, choices=State.choices, default=State.OPEN)
    found_by = optional_link(User)
    found_at = models.DateTimeField()
    report = models.TextField(blank=True)
    report_paper = models.CharField(max_length=80, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    checked_by = optional_link(User)
    check_remark = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False) | ~Q(state="CLOSED") & Q(closed_at=None),
                name="gap_closed_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item.number} {self.what}"
