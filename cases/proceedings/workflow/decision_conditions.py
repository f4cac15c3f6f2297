"""Conditions of the workflow of decisions. Each message names the remedy."""

from datetime import date, datetime, time

from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import condition
from cases.casefile.models import Hold
from cases.casefile.threshold import ThresholdSums
from cases.clocks.counting import SHANGHAI, Period, count, end_of
from cases.clocks.models import Clock

from ..access import OFFICE
from ..models import Assessment, Decision, Proceeding, Suspect
from ..payment import amount_owed, payment_due_day
from ..range_texts import format_cny
from ..untreated import untreated_sums

D = Decision.State
LIMITATION, LONG_LIMITATION = 2, 5  # years (APL art. 36)
PUNISHED = (Decision.Result.PENALTY, Decision.Result.MITIGATED)
RIGHTS = ("REC_APPLY", "LIT_DIRECT", "LIT_AFTER_REC", "LIT_APPEAL")


# Who decides ---------------------------------------------------------------------------------------------------------
@condition("team", _("Name at least two officers who handle the matter, on the proceeding (APL art. 42)."))
def team_of_two(line: Decision) -> bool:
    """At least two officers investigate (APL art. 42)."""
    return line.proceeding.team.count() >= 2


def not_of_the_team(line: Decision, actor: Actor) -> UnmetCondition | None:
    """Investigators do not decide (APL art. 57)."""
    if not OFFICE.bars(actor, line):
        return None
    detail = gettext("You handle this matter: another holder of the office, or an appointed acting holder, decides.")
    return UnmetCondition("own_matter", detail)


@condition("decider", _("No office holder outside the team can decide. Appoint an acting holder first."))
def a_decider_is_eligible(line: Decision) -> bool:
    """Without an eligible decider the step is refused; nothing is decided automatically."""
    return OFFICE.can_decide(line)


def reviewer_outside_team(line: Decision, actor: Actor) -> UnmetCondition | None:
    """法制审核 by people who do not handle the matter (APL art. 58)."""
    if not OFFICE.bars(actor, line):
        return None
    return UnmetCondition("own_matter", gettext("You handle this matter: a person outside the team reviews it."))


# Before the decision -------------------------------------------------------------------------------------------------
def no_criminal_matter_pending(line: Decision, actor: Actor) -> UnmetCondition | None:
    """No penalty for a party's act while police, procuratorate or court deal with it (D310 art. 11)."""
    return held(line, Hold.Verb.PUNISH)


def held(line: Decision, verb: str) -> UnmetCondition | None:
    """The hold on this verb for the party and the act, with its reason."""
    holds = Hold.objects.standing().filter(case_id=line.proceeding.case_id, verb=verb)
    hold = holds.concerning(line.party_id, line.act_id).select_related("agency").first()
    return UnmetCondition(f"hold:{verb}", hold.reason_text) if hold else None


def judgment_on(line: Decision) -> Suspect | None:
    """The conviction of the party in this case, once it is final."""
    final = Suspect.objects.filter(state=Suspect.State.FINAL, verdict=Suspect.Verdict.GUILTY, party=line.party_id)
    return final.order_by("state_since").first()


def penalty_effective(line: Decision) -> datetime | None:
    """When a penalty on the party took effect (受到处罚): that of this line, or of another agency on the case."""
    if line.served_at is not None:
        return line.served_at if line.result in PUNISHED else None
    served = Decision.objects.filter(party=line.party_id, result__in=PUNISHED, served_at__isnull=False)
    return served.order_by("served_at").values_list("served_at", flat=True).first()


def ban_begins(line: Decision) -> datetime | None:
    """The refusal of licences begins with the penalty, or with the final judgment (ECL art. 39)."""
    judgment = judgment_on(line)
    return penalty_effective(line) or (judgment.state_since if judgment else None)


@condition("punished", _("No penalty on the party is in effect and no judgment against it is final (ECL art. 39)."))
def punished(line: Decision) -> bool:
    return ban_begins(line) is not None


def transfer_assessed(line: Decision, actor: Actor) -> UnmetCondition | None:
    """At ≥ 20 t or ≥ 200,000 CNY, or unknown sums, a transfer assessment must precede the penalty decision."""
    sums = untreated_sums(line)
    last = line.assessments.last()
    if sums.verdict == Assessment.Verdict.BELOW:
        return None
    if last is None:
        return UnmetCondition("assessment", _to_assess(sums))
    if last.weight_kg < sums.weight_kg or last.value_cny < sums.value_cny:
        detail = gettext("New facts are known since the transfer was assessed: assess it again.")
        return UnmetCondition("assessment", f"{detail} {_sums(sums)}")
    return None


@condition(
    "transfer_due",
    _("The assessment requires a transfer. A penalty may not replace it until the transfer is returned."),
)
def no_transfer_due(line: Decision) -> bool:
    """A matter to be transferred is not punished until the transfer came back (D310 art. 11)."""
    return not _to_be_transferred(line)


@condition("transfer_due", _("The assessment “transfer” remains valid until the transfer is returned."))
def not_yet_to_transfer(line: Decision) -> bool:
    """An assessment with the conclusion "transfer" cannot be replaced."""
    return not _to_be_transferred(line)


def _to_be_transferred(line: Decision) -> bool:
    """A matter that the court has decided does not come back."""
    standing = line.assessments.filter(conclusion=Assessment.Conclusion.TRANSFER, came_back_at=None)
    return standing.exists() and judgment_on(line) is None


def _to_assess(sums: ThresholdSums) -> str:
    if sums.verdict == Assessment.Verdict.ABOVE:
        detail = gettext(
            "The goods are above the criminal threshold: record the transfer assessment first, with any result."
        )
    else:
        detail = gettext(
            "Weight or value is unknown, which does not mean below the criminal threshold: assess the transfer first."
        )
    return f"{detail} {_sums(sums)}"


def _sums(sums: ThresholdSums) -> str:
    values = {
        "tonnes": f"{sums.weight_kg / 1000:,.3f}",
        "cny": format_cny(sums.value_cny),
    }
    return gettext("Known total of the party's acts not yet dealt with: %(tonnes)s t, %(cny)s CNY.") % values


@condition("hearing", _("No period to request a hearing is running: it was not offered, or has been used."))
def hearing_right_open(line: Decision) -> bool:
    """`punishing.request_hearing` checks whether the request was in time."""
    return bool(_running(line, "ADM_HEARING_REQ"))


@condition("statement", _("The statement of the party, or its waiver, is recorded already."))
def statement_open(line: Decision) -> bool:
    """A late statement may be recorded too, as long as nothing is decided."""
    return not line.steps_taken("hear_party", "waive_statement")


@condition("notice", _("No pre-penalty notice was served on the party (APL art. 44)."))
def notice_served(line: Decision) -> bool:
    """The party is notified of facts, grounds, basis and penalty before the decision (APL arts. 44, 62)."""
    return bool(line.steps_taken("serve_notice"))


@condition("statement", _("The party may still make a statement: record it or its written waiver, or wait."))
def statement_settled(line: Decision) -> bool:
    """The party was heard, waived its statement in writing, or let the period pass (APL arts. 45, 62)."""
    settled = line.steps_taken("hear_party", "waive_statement", "hold_hearing")
    return bool(settled) or has_lapsed(line, statement_rule(line))


def hearing_settled(line: Decision, actor: Actor) -> UnmetCondition | None:
    """The decision waits until the hearing is held, or waived in writing, or its period has passed (APL art. 64)."""
    if line.without_hearing or line.steps_taken("hold_hearing", "waive_hearing", "withdraw_hearing"):
        return None
    if has_lapsed(line, "ADM_HEARING_REQ"):
        return None
    return UnmetCondition(
        "hearing", gettext("The party may still ask for a hearing: record its written waiver, or wait.")
    )


STATEMENT_RULES = {Proceeding.Kind.COMMERCE: "ADM_DEFENCE", Proceeding.Kind.CUSTOMS: "CUS_DEFENCE"}


def statement_rule(line: Decision) -> str:
    return STATEMENT_RULES[Proceeding.Kind(line.proceeding.kind)]


def has_lapsed(line: Decision, code: str) -> bool:
    """Whether the party let the period of the notice served pass."""
    served = line.steps_taken("serve_notice").first()
    if served is None:
        return False
    passed = Q(stopped_at=None, due_at__lt=times.now()) | Q(stopped_at__gt=F("due_at"))
    return Clock.objects.about(line).filter(passed, rule__code=code, started_at__gte=served.at).exists()


def hearing_notified(line: Decision, actor: Actor) -> UnmetCondition | None:
    """The hearing is held at the earliest seven working days after its notice (APL art. 64)."""
    notice = _running(line, "ADM_HEARING_NOTICE")
    if notice is None:
        return UnmetCondition("hearing_notice", gettext("No notice of the hearing is recorded. Record it first."))
    if notice.due_at is None or notice.due_at < times.now():
        return None
    day = date_format(timezone.localtime(notice.due_at), "DATE_FORMAT")
    detail = gettext(
        "The notice of the hearing must be served seven working days before: not before the end of %(day)s."
    )
    return UnmetCondition("hearing_notice", detail % {"day": day})


def legally_reviewed(line: Decision, actor: Actor) -> UnmetCondition | None:
    """A legal review precedes the decision after a hearing, and in complex or major matters (APL art. 58). By what is
    decided it may be required in others too: `punishing.refuse_unreviewed`.
    """
    return not_reviewed(line) if line.major or line.steps_taken("hold_hearing") else None


def discussed(line: Decision, actor: Actor) -> UnmetCondition | None:
    """集体讨论: the agency's responsible persons decide complex or major matters collectively (APL art. 57)."""
    return not_discussed(line) if line.major else None


def not_reviewed(line: Decision) -> UnmetCondition | None:
    if line.review_opinion:
        return None
    return UnmetCondition(
        "review", gettext("The legal review is not recorded: a person outside the team records an opinion.")
    )


def not_discussed(line: Decision) -> UnmetCondition | None:
    if line.minutes:
        return None
    detail = gettext("The collective discussion is not recorded: participants, minutes and conclusion.")
    return UnmetCondition("discussion", detail)


@condition("limitation", _("The violation was found after the limitation period had ended (APL art. 36)."))
def not_time_barred(line: Decision) -> bool:
    """A violation found more than two years after its end (five if life, health or finance was harmed) is not
    punished (APL art. 36).
    """
    ended = line.act.conduct_until if line.act else None
    return ended is None or line.found_on is None or line.found_on <= limitation_ends(ended, line.long_limitation)


def limitation_ends(ended: date, is_long: bool) -> date:
    """The last day on which finding the violation allows its punishment."""
    period = Period(LONG_LIMITATION if is_long else LIMITATION, "year", rolls=True)
    due = count(period, datetime.combine(ended, time.min, SHANGHAI), load_calendar()).due_at
    return timezone.localdate(due)


def end_of_act(line: Decision) -> datetime | None:
    ended = line.act.conduct_until if line.act else None
    return datetime.combine(ended, time.min, SHANGHAI) if ended else None


@condition("act", _("The last day of the act is not recorded: record the act and its last day."))
def end_of_act_known(line: Decision) -> bool:
    return bool(line.act and line.act.conduct_until)


# After the decision --------------------------------------------------------------------------------------------------
@condition("paid", _("The fine is fully paid."))
def fine_unpaid(line: Decision) -> bool:
    return bool(amount_owed(line).fine_left)


@condition("fine", _("No fine was imposed."))
def fined(line: Decision) -> bool:
    return bool(line.fine_cny)


@condition("paid", _("No amount is due."))
def owing(line: Decision) -> bool:
    return bool(amount_owed(line).left)


def fine_settled(line: Decision, actor: Actor) -> UnmetCondition | None:
    """The fine and its late fee must be paid or set off; the late fee may be waived."""
    left = amount_owed(line).left
    if not left:
        return None
    return UnmetCondition("unpaid", gettext("Still to be paid: %(cny)s CNY.") % {"cny": format_cny(left)})


def payment_overdue(line: Decision, actor: Actor) -> UnmetCondition | None:
    """催告: only a party that has not paid in time gets the demand (ACL art. 54)."""
    if (missing := fine_unpaid(line, actor)) is not None:
        return missing
    due = payment_due_day(line)
    if due is None or due < times.today():
        return None
    detail = gettext("The party may still pay until %(day)s.") % {"day": date_format(due, "DATE_FORMAT")}
    return UnmetCondition("payment", detail)


@condition("deferral", _("The party has not asked to defer payment or to pay by instalments."))
def deferral_asked(line: Decision) -> bool:
    return line.defer_asked_at is not None


def remedies_spent(line: Decision, actor: Actor) -> UnmetCondition | None:
    """The agency applies to the court after the party has let its remedies lapse (ACL art. 53)."""
    ends = last_remedy_ends(line)
    if ends is None or ends < times.now():
        return None
    day = date_format(timezone.localtime(ends), "DATE_FORMAT")
    detail = gettext("The party may still seek a remedy until %(day)s.") % {"day": day}
    return UnmetCondition("remedies", detail)


def last_remedy_ends(line: Decision) -> datetime | None:
    """When the last unused right to a remedy ends or ended, or the last remedy was over."""
    unused = Q(stopped_at=None) | Q(stopped_at__gt=F("due_at"))
    rights = Clock.objects.about(line).filter(unused, rule__code__in=RIGHTS).aggregate(last=Max("due_at"))["last"]
    over = line.remedies.aggregate(last=Max("ended_at"))["last"]
    return max((end for end in (rights, over) if end is not None), default=None)


def enforceable_from(line: Decision) -> datetime | None:
    """The end of the last remedy, or of a deferral that ends later (APL art. 72). The agency applies to the court
    within three months from then.
    """
    ends = last_remedy_ends(line)
    paid_by = payment_due_day(line) if line.defer_until else None
    return max(ends, end_of(paid_by)) if ends is not None and paid_by is not None else ends


@condition("remedies", _("Expiry of the party's remedies is not recorded."))
def remedies_recorded_spent(line: Decision) -> bool:
    return bool(_running(line, "ENF_APPLY"))


@condition("opinion", _("No reconsideration opinion is waiting for a report."))
def opinion_to_report(line: Decision) -> bool:
    return bool(_running(line, "REC_OPINION"))


def demand_waited_for(line: Decision, actor: Actor) -> UnmetCondition | None:
    """Ten working days after the demand (ACL art. 54)."""
    demand = _running(line, "ENF_DEMAND")
    if demand is None or demand.due_at is None or demand.due_at < times.now():
        return None
    day = date_format(timezone.localtime(demand.due_at), "DATE_FORMAT")
    detail = gettext("The demand gives the party until %(day)s.") % {"day": day}
    return UnmetCondition("demand", detail)


@condition("proceeding", _("The proceeding is closed: reopen it first."))
def proceeding_open(line: Decision) -> bool:
    return line.proceeding.state != Proceeding.State.CLOSED


@condition("published", _("It is already published."))
def not_published(line: Decision) -> bool:
    return not line.is_published


@condition("published", _("It is not published."))
def published(line: Decision) -> bool:
    return line.is_published


@condition("authority", _("MOFCOM decides on this (ECL art. 39): notify it of the penalty."))
def commerce_decides(line: Decision) -> bool:
    """The export control authority decides on the ban (ECL art. 39)."""
    return line.proceeding.kind == Proceeding.Kind.COMMERCE


def _running(line: Decision, code: str) -> Clock | None:
    return Clock.objects.running().about(line).filter(rule__code=code).first()
