"""What must be true before a step about a party: every refusal names it with the cure."""

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from agencies.kernel.actor import Actor
from agencies.kernel.refusals import Missing
from agencies.people.models import OfficeHolder
from cases.casefile.models import Hold
from cases.casefile.threshold import Line
from cases.clocks.models import Clock

from ..models import Assessment, Decision
from ..untreated import line_of

D = Decision.State


# Who decides ---------------------------------------------------------------------------------------------------------
def team_of_two(line: Decision, actor: Actor) -> Missing | None:
    """At least two officers investigate (APL art. 42)."""
    few = line.proceeding.team.count() < 2
    detail = gettext("Name at least two officers who handle the matter, on the proceeding (APL art. 42).")
    return Missing("team", detail) if few else None


def not_of_the_team(line: Decision, actor: Actor) -> Missing | None:
    """Who investigates does not decide (APL art. 57)."""
    if not _handles(line, actor):
        return None
    detail = gettext("You handle this matter yourself: another holder of the office, or one appointed acting, decides.")
    return Missing("own_matter", detail)


def somebody_can_decide(line: Decision, actor: Actor) -> Missing | None:
    """No eligible decider is an alarm, never an automatic decision."""
    inside = line.proceeding
    holders = OfficeHolder.objects.current().filter(organ=inside.organ_id, user__is_active=True)
    if holders.exclude(user__in=inside.team.all()).exclude(user=inside.handler_id).exists():
        return None
    return Missing("decider", gettext("No office holder outside the team can decide. Appoint one acting first."))


def reviewer_outside_team(line: Decision, actor: Actor) -> Missing | None:
    """法制审核 by people who do not handle the matter (APL art. 58)."""
    if not _handles(line, actor):
        return None
    return Missing("own_matter", gettext("You handle this matter yourself: somebody outside the team reviews it."))


def _handles(line: Decision, actor: Actor) -> bool:
    if actor.kind != "user":
        return False
    return str(line.proceeding.handler_id) == actor.id or line.proceeding.team.filter(pk=actor.id).exists()


# Before the decision -------------------------------------------------------------------------------------------------
def no_police_decision_pending(line: Decision, actor: Actor) -> Missing | None:
    """No fine for a party's act while the police decide about it or investigate it (D310 art. 11)."""
    holds = Hold.objects.standing().filter(case_id=line.proceeding.case_id, verb=Hold.Verb.PUNISH)
    hold = holds.concerning(line.party_id, line.act_id).select_related("organ").first()
    if hold is None:
        return None
    return Missing("hold:punish", hold.told)


def transfer_assessed(line: Decision, actor: Actor) -> Missing | None:
    """≥ 20 t or ≥ 200,000 CNY, or unknown: a transfer assessment either way comes before any penalty decision."""
    sums = line_of(line)
    last = line.assessments.last()
    if sums.verdict == Assessment.Verdict.BELOW:
        return None
    if last is None:
        return Missing("assessment", _to_assess(sums))
    if last.weight_kg < sums.weight_kg or last.value_cny < sums.value_cny:
        detail = gettext("More is known than when the transfer was assessed: assess it anew.")
        return Missing("assessment", f"{detail} {_sums(sums)}")
    return None


def no_transfer_due(line: Decision, actor: Actor) -> Missing | None:
    """No penalty instead of a transfer (D310 art. 11): what is to be transferred is not punished until it came back."""
    if not _to_be_transferred(line):
        return None
    detail = gettext("The assessment says: transfer. No penalty takes its place until a transfer came back.")
    return Missing("transfer_due", detail)


def not_yet_to_transfer(line: Decision, actor: Actor) -> Missing | None:
    """An assessment that says "transfer" is not simply replaced by another."""
    if not _to_be_transferred(line):
        return None
    return Missing("transfer_due", gettext("The assessment that says “transfer” stands until a transfer came back."))


def _to_be_transferred(line: Decision) -> bool:
    standing = line.assessments.filter(conclusion=Assessment.Conclusion.TRANSFER, came_back_at=None)
    return standing.exists()


def _to_assess(sums: Line) -> str:
    if sums.verdict == Assessment.Verdict.ABOVE:
        detail = gettext("The goods are above the criminal line: record the transfer assessment first, either way.")
    else:
        detail = gettext(
            "Weight or value is not known, which is not below the criminal line: assess the transfer first."
        )
    return f"{detail} {_sums(sums)}"


def _sums(sums: Line) -> str:
    told = {"tonnes": number_format(sums.weight_kg / 1000, 3), "cny": number_format(sums.value_cny, 0)}
    return gettext("Known of the party's untreated acts: %(tonnes)s t, %(cny)s CNY.") % told


def hearing_right_open(line: Decision, actor: Actor) -> Missing | None:
    """Whether it was asked for in time is told by the day of the request, see `punishing.request_hearing`."""
    if _running(line, "ADM_HEARING_REQ"):
        return None
    return Missing("hearing", gettext("No right to a hearing runs here: it was not offered, or is spent."))


def hearing_right_spent(line: Decision, actor: Actor) -> Missing | None:
    """The decision waits until the right to a hearing lapses, is waived or the hearing closes (APL art. 64)."""
    right = _running(line, "ADM_HEARING_REQ")
    if right is None or right.due_at is None or right.due_at < timezone.now():
        return None
    return Missing("hearing", gettext("The party may still ask for a hearing; record a waiver or wait."))


def hearing_notified(line: Decision, actor: Actor) -> Missing | None:
    """The hearing is held no earlier than seven working days after its notice (APL art. 64)."""
    notice = _running(line, "ADM_HEARING_NOTICE")
    if notice is None:
        return Missing("hearing_notice", gettext("No notice of the hearing is recorded. Record it first."))
    if notice.due_at is None or notice.due_at < timezone.now():
        return None
    day = date_format(timezone.localtime(notice.due_at), "DATE_FORMAT")
    detail = gettext("The notice of the hearing must lie seven working days back: not before the end of %(day)s.")
    return Missing("hearing_notice", detail % {"day": day})


def legally_reviewed(line: Decision, actor: Actor) -> Missing | None:
    """After a hearing, and in complex, major or grave matters, nothing is decided unreviewed (APL art. 58)."""
    if line.review_opinion or not (line.major or line.is_grave or line.hearing_record):
        return None
    return Missing("review", gettext("The legal review is not recorded: somebody outside the team records an opinion."))


def discussed(line: Decision, actor: Actor) -> Missing | None:
    """集体讨论: complex or major matters are decided collectively by the organ's responsible persons (APL art. 57)."""
    if line.minutes or not (line.major or line.is_grave):
        return None
    detail = gettext("The collective discussion is not recorded: who took part, the minutes and the conclusion.")
    return Missing("discussion", detail)


def _running(line: Decision, code: str) -> Clock | None:
    return Clock.objects.running().about(line).filter(rule__code=code).first()
