"""Follows the journal: brings the findings of every case whose facts or readers changed up to date, and those of all
cases when rules, the control law or a list changed. Idempotent."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.digests import content_digest
from agencies.journal.models import Event, Stream
from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.casefile.actions import locked_case
from cases.casefile.models import Case, Shipment
from cases.controls.store import current
from cases.watchlists.models import Listing
from coordination.prevention.streams import prevention_stream

from .kinds import TESTS
from .looking import RuleLook, look_at, readable, with_traders
from .matter import TradeMatter, read_matters
from .models import RiskCheck, RiskFinding, RiskRule

BATCH = 200  # cases of one run
FOLLOWING = "routerisk"  # the job name under which failures are reported


def follow() -> int:
    """Looks at the cases that are behind. Returns their number; a second run finds none."""
    basis = basis_of_rules()
    if not basis and not RiskFinding.objects.standing().exists():
        return 0
    cases = _behind(basis).exclude(pk__in=deferred_keys(FOLLOWING)).order_by("pk")[:BATCH]
    return len(process_each(FOLLOWING, cases.values_list("pk", flat=True), look_again, key=str))


def basis_of_rules() -> str:
    """A digest of what is looked at with: the rules in force, the control law and the lists. "" without rules."""
    rules = sorted(map(str, RiskRule.objects.active().values_list("pk", flat=True)))
    lists = Listing.objects.aggregate(newest=Max("updated_at"))["newest"]
    return content_digest([rules, current().version, lists.isoformat() if lists else ""]) if rules else ""


def _behind(basis: str) -> QuerySet[Case]:
    """Cases with a shipment, or that had one, whose journal or basis moved since they were looked at."""
    head = Stream.objects.filter(kind=Stream.Kind.CASE, subject=OuterRef("pk")).values("head_seq")[:1]
    checks = RiskCheck.objects.filter(case=OuterRef("pk"))
    rows = Case.objects.filter(Exists(Shipment.objects.filter(case=OuterRef("pk"))) | Exists(checks))
    with_head = rows.annotate(head=Subquery(head))
    return with_head.exclude(Exists(checks.filter(seen_seq=OuterRef("head"), basis=basis)))


def look_again(case_id: UUID) -> None:
    """Brings the findings of one case up to date, and remembers what was looked at."""
    with locked_case(case_id):
        head = Stream.objects.filter(kind=Stream.Kind.CASE, subject=case_id).values_list("head_seq", flat=True).first()
        matter, basis = read_matters([case_id])[case_id], basis_of_rules()
        rules = [rule for rule in _active() if rule.is_for_all or readable(rule).filter(pk=case_id).exists()]
        looks = list(look_at(rules, [matter]))
        _settle(case_id, [one for one in looks if one.outcome.is_met])
        undecided: dict[str, dict[str, Any]] = {}
        for one in looks:
            if one.outcome.missing:
                undecided.setdefault(str(one.consignment.pk), {})[str(one.rule.pk)] = list(one.outcome.missing)
        was = RiskCheck.objects.filter(case=case_id).first()
        now = {
            **{"seen_seq": head or 0, "basis": basis, "rules": [str(rule.pk) for rule in rules]},
            **{"undecided": undecided, "traders": sorted(matter.trader_names), "facts": _facts(matter, rules)},
        }
        RiskCheck.objects.update_or_create(case_id=case_id, defaults=now)
        if was is None or was.facts != now["facts"]:
            _look_at_others(case_id, {*matter.trader_names, *(was.traders if was else ())})


def _active() -> list[RiskRule]:
    return list(RiskRule.objects.active().select_related("agency").order_by("agency", "code"))


def _facts(matter: TradeMatter, rules: Iterable[RiskRule]) -> str:
    """What other cases of the same traders may be compared with: the facts, and which agencies' rules read them."""
    agencies = sorted({rule.agency_id for rule in rules if not rule.is_for_all})
    return content_digest([matter.digest, matter.is_restricted, agencies])


def _look_at_others(case_id: UUID, traders: Collection[str]) -> None:
    """Lets the next run look at other cases of the traders that this case names or named."""
    comparing = [kind for kind, test in TESTS.items() if test.compares]
    if traders and RiskRule.objects.active().filter(kind__in=comparing).exists():
        others = RiskCheck.objects.filter(case__in=with_traders(traders)).exclude(case=case_id)
        others.update(seen_seq=0)


def _settle(case_id: UUID, met: Iterable[RuleLook]) -> None:
    """Keeps the findings that are met by the same facts, ends the others, and adds what is new."""
    now = {(one.consignment.pk, one.rule.pk): one for one in met}
    for finding in RiskFinding.objects.standing().filter(case=case_id).select_related("rule__agency"):
        look = now.get((finding.shipment_id, finding.rule_id))
        if look and (look.outcome.facts, look.outcome.is_certain) == (finding.facts, finding.is_certain):
            del now[finding.shipment_id, finding.rule_id]
        else:
            move_finding(finding, "vanish", actor=SYSTEM, changes={"gone_at": TIME_OF_ACT})
    for look in now.values():
        _find(case_id, look)


def _find(case_id: UUID, look: RuleLook) -> None:
    at = times.now()
    made = RiskFinding.objects.create(
        case_id=case_id,
        shipment_id=look.consignment.pk,
        rule=look.rule,
        facts=dict(look.outcome.facts or {}),
        is_certain=look.outcome.is_certain,
        state_since=at,
    )
    record_event(
        prevention_stream(made.pk),
        actor=SYSTEM,
        action=Action("find", "risk_finding", made.pk, to_state=made.state),
        happened_at=at,
        audience=Audience(Event.Visibility.CASE),
    )


def move_finding(finding: RiskFinding, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[RiskFinding]:
    """Applies a transition of a finding, in its own stream of the journal."""
    return apply_transition(finding, verb, actor=actor, streams=[prevention_stream(finding.pk)], **given)
