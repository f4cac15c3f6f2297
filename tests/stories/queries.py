"""Customs queries and identifications of goods."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.casefile.models import Case
from cases.clocks.models import Clock
from coordination.prevention.customsqueries.actions import enter_query, query_goods
from coordination.prevention.customsqueries.models import CustomsQuery
from coordination.prevention.identifications.actions import ask_on_case
from coordination.prevention.identifications.models import Identification

from ..kept_stories import story
from .basics import act, serial, step, walk
from .casefile import shared_case

LINE = {
    "line": 2,
    "exporter": "Example Metals Ltd",
    "uscc": "91110000600037341L",
    "goods": "锌锭",
    "suspected_as": "锑锭",
    "hs_code": "8110101000",
    "destination": "VNM",
    "evidence": "The density does not fit zinc.",
    "papers_asked": ["contract", "test_report"],
}
SERVICE = {"service_way": "counter", "paper": "送达回证〔2026〕7号"}
ANSWER = {"reply": "The goods are zinc.", "papers_received": ["contract"]}
STEPS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "DRAFT": [],
    "ISSUED": [("issue", "customs.lead", {})],
    "SERVED": [("serve", "customs.officer", SERVICE)],
    "ANSWERED": [("record_answer", "customs.officer", ANSWER)],
    "TO_IDENTIFY": [("ask_identification", "customs.officer", {"goods": "锑锭", "question": "Is it antimony?"})],
}
RESULTS = {"NOT_CONTROLLED": "not_controlled", "LICENCE_NEEDED": "licence_needed"}


@story
def customs_query(cast: Any, state: str = "DRAFT", **line: Any) -> CustomsQuery:
    """A query of customs that is on no case, walked to `state`."""
    given = {"declaration_no": f"22002026{serial():010}", "declared_on": timezone.localdate(), **LINE, **line}
    return _walked(cast, act(cast, "customs.officer", enter_query, **given), state)


@story
def query_on_case(cast: Any, state: str = "DRAFT", matter: Case | None = None, **line: Any) -> CustomsQuery:
    """The same about the first item of a case that the commerce bureau reads."""
    case = matter or shared_case(cast)
    given = {"declaration_no": f"22002026{serial():010}", "declared_on": timezone.localdate(), **LINE, **line}
    item = str(case.items.all()[0].pk)
    return _walked(cast, act(cast, "customs.officer", query_goods, case, item=item, **given), state)


def _walked(cast: Any, made: CustomsQuery, state: str) -> CustomsQuery:
    for at, steps in STEPS.items():
        if made.state == state or (at == "TO_IDENTIFY" and state in RESULTS):
            break
        walk(cast, made, steps)
    if state in RESULTS:
        walk(cast, made, [(RESULTS[state], "customs.lead", {"reason": "By the test report."})])
    assert made.state == state
    return made


@story
def query_without_answer(cast: Any) -> CustomsQuery:
    """A query whose exporter's period ended yesterday."""
    made = customs_query(cast, "SERVED")
    over = timezone.now() - timedelta(days=1)
    Clock.objects.about(made).update(started_at=over - timedelta(days=12), due_at=over, breach_at=over)
    return CustomsQuery.objects.get(pk=made.pk)


OPINION = {"finding": "controlled", "control_code": "1C111", "reasons": "By the test.", "reports": "检〔2026〕4号"}


@story
def identification(cast: Any, state: str = "SENT", matter: Case | None = None, **asked: Any) -> Identification:
    """Asked by customs about the first item of a case that the commerce bureau reads, walked to `state`."""
    case = matter or shared_case(cast)
    given = {
        "item": str(case.items.all()[0].pk),
        "goods": "锑锭",
        "hs_code": "8110101000",
        "question": "Is it controlled?",
        "papers": ["contract"],
        **asked,
    }
    made = act(cast, "customs.officer", ask_on_case, case, **given)
    bureau = "commerce.officer"
    if state == "RETURNED":
        step(cast, made, "return", bureau, {"to_complete": "A test report."})
    elif state != "SENT":
        step(cast, made, "receive", bureau, {"handler": str(cast.user(bureau).pk)})
    if state in ("OPINION", "CLOSED"):
        step(cast, made, "give_opinion", "commerce.lead", OPINION)
    if state == "CLOSED":
        step(cast, made, "close", "customs.officer", {})
    assert made.state == state
    return made


@story
def late_identification(cast: Any, days: int = 2, matter: Case | None = None) -> Identification:
    """One with the bureau, whose agreed day was `days` ago."""
    made = identification(cast, matter=matter)
    Identification.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Identification.objects.get(pk=made.pk)
