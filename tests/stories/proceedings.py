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
    """The content of a pre-penalty notice. By default it proposes the highest fine of the stories."""
    values = {"facts": "Exported without a licence.", "basis": "Export Control Law art. 34(1)", "proposed": "A fine"}
    fined = {"proposed_penalties": ["fine"], "proposed_fine_cny": "6000000"}
    return {**values, **({} if "proposed_penalties" in changes else fined), **changes}


def by_person(verb: str) -> dict[str, Any]:
    """Paper and person of a procedural step."""
    return {"paper": f"{verb}1号", "person": "The manager"}


REVIEWED = {"review_opinion": "Lawful."}
DISCUSSED = {"discussed_by": "The head and two deputies", "minutes": "Facts, law, measure.", "conclusion": "Agreed."}


@story
def decision(cast: Any, within: Proceeding | None = None) -> Decision:
    """One party's open decision in a customs investigation."""
    inside = within or proceeding(cast, "INVESTIGATE")
    party = inside.case.parties.first()
    assert party is not None
    act(cast, "customs.officer", add_line, inside, party=str(party.pk))
    return Decision.objects.get(proceeding=inside)


@story
def noticed(
    cast: Any, within: Proceeding | None = None, figures: dict[str, Any] | None = None, **changes: Any
) -> Decision:
    """The decision of a party that got its pre-penalty notice, by default with a hearing offered."""
    line = decision(cast, within)
    if figures:
        walk(cast, line, [("record_figures", "customs.officer", figures)])
    serve_notice(cast, line, **changes)
    return line


def serve_notice(cast: Any, line: Decision, **changes: Any) -> None:
    served = {"notice_number": f"署罚告〔2026〕{serial()}号", **by_person("serve_notice")}
    walk(cast, line, [("notify", "customs.officer", notice(**changes)), ("serve_notice", "customs.officer", served)])


def heard(cast: Any, line: Decision) -> None:
    """The party makes its statement and waives the hearing in writing, if one was offered."""
    said = {"statement": "It asks for leniency.", **by_person("hear_party")}
    waived = [] if line.without_hearing else [("waive_hearing", "customs.officer", by_person("waive_hearing"))]
    walk(cast, line, [("hear_party", "customs.officer", said), *waived, ("review", "customs.officer", {})])


@story
def in_review(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """The decision of a party that made its statement and waived its hearing, before legal review and discussion."""
    line = noticed(cast, within, **changes)
    walk(cast, line, [("assess_transfer", "customs.officer", ASSESSED)])
    heard(cast, line)
    return line


@story
def reviewed(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """The same after legal review and collective discussion: the responsible person may decide."""
    line = in_review(cast, within, **changes)
    review_and_discuss(cast, line)
    return line


def review_and_discuss(cast: Any, line: Decision, reviewer: str = "customs.legal") -> None:
    walk(cast, line, [("record_review", reviewer, REVIEWED), ("record_discussion", "customs.officer", DISCUSSED)])


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
    walk(cast, line, [("serve", "customs.officer", {"service": "on_the_spot", **by_person("serve")})])
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
