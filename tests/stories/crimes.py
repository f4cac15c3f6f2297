"""Criminal proceedings, suspects and measures."""

from typing import Any

from cases.casefile.actions import add_party
from cases.proceedings.models import Measure, Proceeding, Suspect
from cases.proceedings.persons import add_suspect, move_suspect
from cases.proceedings.workflow import SUSPECT

from ..kept_stories import story
from .basics import serial, walk, with_paper
from .transfers import transfer


@story
def criminal(cast: Any) -> Proceeding:
    """The criminal proceeding that filing a transfer opened."""
    opened = transfer(cast, "FILED").proceeding
    assert opened is not None
    return opened


@story
def suspect(cast: Any, within: Proceeding | None = None, *, kind: str = "person", **given: Any) -> Suspect:
    """A person (or a company) whom the anti-smuggling bureau suspects."""
    inside, police = within or criminal(cast), cast["antismuggling.officer"]
    name = f"Suspect {serial()}"
    add_party(inside.case, actor=police, name=name, kind=kind, role="suspect")
    add_suspect(inside, actor=police, party=str(inside.case.parties.get(name=name).pk), **given)
    return Suspect.objects.get(proceeding=inside, party__name=name)


@story
def measure(cast: Any, line: Suspect, verb: str = "detain", **given: Any) -> Measure:
    """The measure that a verb imposes on a suspect."""
    suspect_walk(cast, line, (verb, given))
    imposed: Measure = line.measures.order_by("-created_at")[0]
    return imposed


@story
def arrested(cast: Any, line: Suspect) -> Measure:
    """The arrest of a suspect after detention, request and approval."""
    suspect_walk(cast, line, ("detain", {}), ("request_arrest", {}), ("approve_arrest", {}))
    return measure(cast, line, "arrest")


@story
def let_go(cast: Any, inside: Proceeding, verb: str = "drop") -> Suspect:
    """A suspect whose case in the criminal proceeding has ended."""
    line = suspect(cast, inside)
    given = {"reason": "no crime"}
    if verb == "not_prosecute":
        walk(cast, inside, [("prosecute_opinion", "antismuggling.lead", {})])
        given["nonprosecution"] = "statutory"
    suspect_walk(cast, line, (verb, given))
    return line


@story
def judged(cast: Any, inside: Proceeding) -> None:
    """Walks a criminal proceeding to its first judgment."""
    steps = [("prosecute_opinion", "antismuggling.lead", {}), ("prosecute", "antismuggling.officer", {})]
    walk(cast, inside, [*steps, ("judge", "antismuggling.officer", {"outcome_reason": "Judged"})])


@story
def suspect_walk(cast: Any, line: Suspect, *verbs: tuple[str, dict[str, Any]]) -> None:
    """Performs verbs of a suspect, with default values for required fields."""
    usual = {"paper": f"沪公〔2026〕{serial()}号", "reason": "as the law asks"}
    for verb, given in verbs:
        defaults = {field.name: usual[field.name] for field in SUSPECT.transitions[verb].fields if field.name in usual}
        move_suspect(line, verb, actor=cast["antismuggling.lead"], **with_paper(defaults | given))
        line.refresh_from_db()
