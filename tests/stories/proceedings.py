"""Administrative proceedings and their decisions."""

from typing import Any

from agencies.journal.actions import Action, Audience, record_event
from agencies.kernel.work import atomic
from cases.casefile.actions import stream_of
from cases.casefile.models import Case
from cases.proceedings.actions import add_line, open_proceeding
from cases.proceedings.models import Decision, Proceeding

from ..kept_stories import story
from .basics import act, serial, walk
from .casefile import case

ASSESSED = {"assessed": "administrative", "reason": "Declared truthfully; nothing was hidden."}


@story
def proceeding(cast: Any, state: str = "VERIFY", matter: Case | None = None) -> Proceeding:
    """A customs proceeding walked to VERIFY, FILED_ADM or INVESTIGATE."""
    made = act(cast, "customs.officer", open_proceeding, matter or case(cast), kind="customs")
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "FILED_ADM": ("file", "customs.lead", {"external_number": f"沪关缉违字〔2026〕{serial()}号"}),
        "INVESTIGATE": ("investigate", "customs.officer", {"team": team(cast)}),
    }
    for to, (verb, who, given) in steps.items():
        if made.state == state:
            break
        walk(cast, made, [(verb, who, given)])
        assert made.state == to
    return made


@story
def team(cast: Any) -> list[str]:
    """Two officers of customs who handle a matter."""
    return [cast["customs.officer"].id, cast["customs.lead"].id]


def notice(**changes: Any) -> dict[str, Any]:
    """The content of a pre-penalty notice."""
    values = {"facts": "Exported without a licence.", "basis": "Export Control Law art. 34(1)", "proposed": "A fine"}
    return {**values, **changes}


@story
def decision(cast: Any, within: Proceeding | None = None) -> Decision:
    """One party's open decision in a customs investigation."""
    inside = within or proceeding(cast, "INVESTIGATE")
    party = inside.case.parties.first()
    assert party is not None
    act(cast, "customs.officer", add_line, inside, party=str(party.pk))
    return Decision.objects.get(proceeding=inside)


@story
def noticed(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """The decision of a party that got its pre-penalty notice, by default with a hearing offered."""
    line = decision(cast, within)
    walk(cast, line, [("notify", "customs.officer", notice(**changes))])
    return line


@story
def reviewed(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """The decision of a party that waived its hearing: the responsible person may decide if no review is required."""
    line = noticed(cast, within, **changes)
    walk(cast, line, [("assess_transfer", "customs.officer", ASSESSED)])
    walk(cast, line, [("waive_hearing", "customs.officer", {})])
    return line


@story
def decided(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """One party with a fine of 300,000 CNY, decided."""
    line = reviewed(cast, within)
    values = {
        "decision_number": f"沪关缉违字〔2026〕{serial()}号",
        "fine_cny": "300000",
        "penalties": ["fine"],
        **changes,
    }
    walk(cast, line, [("decide", "customs.head", values)])
    return line


@story
def served(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    line = decided(cast, within, **changes)
    walk(cast, line, [("serve", "customs.officer", {"service": "on_the_spot"})])
    return line


@story
def bureau_proceeding(cast: Any) -> Proceeding:
    """A customs proceeding of the anti-smuggling bureau itself, under investigation."""
    made = act(cast, "antismuggling.officer", open_proceeding, case(cast, "antismuggling.officer"), kind="customs")
    number = {"external_number": f"缉违字〔2026〕{serial()}号"}
    walk(cast, made, [("file", "antismuggling.lead", number), ("investigate", "antismuggling.officer", {})])
    return made


def joins_team(cast: Any, thing: Any, who: str, kind: str) -> None:
    """Adds a person to the team of a proceeding or report, with the event that the journal requires."""
    person = cast.user(who)
    with atomic():
        thing.team.add(person)
        record_event(
            stream_of(thing.case_id),
            actor=cast[who],
            action=Action("pass_on", kind, thing.pk),
            audience=Audience("own"),
            involves=[person.pk],
        )
