"""Letters to exporters, and their release by agencies with criminal matters."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.casefile.actions import add_party
from cases.casefile.models import Case
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.warnings.actions import BEGINS
from coordination.prevention.warnings.models import ExporterLetter, Release
from coordination.prevention.warnings.starts import VERBS

from ..kept_stories import story
from .basics import walk
from .crimes import criminal
from .exporters import USCC, exporter

OFFICER, LEAD, HEAD = "commerce.officer", "commerce.lead", "commerce.head"
NAME = "深圳海纳金属有限公司"


def service() -> dict[str, Any]:
    return {"served_on": timezone.localdate(), "served_by": "post", "service_proof": "EMS 1234"}


def answered() -> dict[str, Any]:
    return {"answered_on": timezone.localdate(), "answer": "We have set up internal control."}


@story
def exporter_letter(
    cast: Any, state: str = "DRAFT", kind: str = "guidance", about: Exporter | None = None, **rest: Any
) -> ExporterLetter:
    """A letter of the commerce bureau to an exporter of its register, walked to `state`."""
    values: dict[str, Any] = {"title": "Rules for antimony", "text": "Antimony needs a licence.", "remark": "Ask Lin."}
    if kind == "consultation":
        values |= {"question": "Is our alloy controlled?", "asked_on": timezone.localdate()}
    if kind == "talk":
        values |= {"venue": "Room 3", "due_at": timezone.now() + timedelta(days=4)}
    begin = BEGINS[VERBS[ExporterLetter.Kind(kind)]]
    made: ExporterLetter = begin(about or exporter(cast), actor=cast[OFFICER], **values | rest)
    finish, confirm = ("finish", OFFICER, {}), ("confirm", LEAD, {})
    read: list[tuple[str, str, dict[str, Any]]] = [finish, confirm]
    sent = [*read, ("submit", LEAD, {}), ("issue", HEAD, {})] if kind == "suspension" else [*read, ("send", LEAD, {})]
    served = [*sent, ("serve", OFFICER, service())]
    answer = (
        ("hold", OFFICER, {**answered(), "attendees": "Lin, Wang"})
        if kind == "talk"
        else ("answer", OFFICER, answered())
    )
    paths: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT": [],
        "REVIEW": [finish],
        "READ": read,
        "AT_OFFICE": [*read, ("submit", LEAD, {})],
        "AWAITS_RELEASE": sent,  # after `investigated`
        "SENT": sent,
        "SERVED": served,
        "ANSWERED": [*served, answer],
    }
    walk(cast, made, paths[state])
    assert made.state == state
    return made


@story
def investigated(cast: Any) -> Case:
    """A case in which the anti-smuggling bureau investigates the exporter."""
    case: Case = criminal(cast).case
    named(cast, case)
    return case


def named(cast: Any, case: Case, who: str = "antismuggling.officer", **given: Any) -> None:
    """The exporter as a party of a case."""
    party = {"kind": "company", "role": "exporter", "name": NAME, "scheme": "USCC", "value": USCC}
    add_party(case, actor=cast[who], **party | given)


@story
def release(cast: Any, state: str = "WAITING", about: Exporter | None = None, **rest: Any) -> Release:
    """The release of a warning letter of the commerce bureau that the anti-smuggling bureau is asked for."""
    to = about or exporter(cast)
    investigated(cast)
    letter = exporter_letter(cast, "AWAITS_RELEASE", **{"kind": "warning", "about": to, **rest})
    made: Release = letter.releases.get()
    verbs = {"RELEASED": "release", "REFUSED": "refuse"}
    if state in verbs:
        walk(cast, made, [(verbs[state], "antismuggling.lead", {"reason": "The search is over."})])
    assert made.state == state
    return made
