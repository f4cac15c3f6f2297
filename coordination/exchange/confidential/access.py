"""Who may do what with a confidential letter: by the part for which it names him, never by his agency or role alone."""

from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice

from .models import ConfidentialLetter, NamedPerson

# Until a holder above is named to decide, the responsible person of its own agency would.
OFFICE = DecidingOffice(agencies=("deciding_agency", "agency"), involves={"confidential": "pk"})

Part = NamedPerson.Part


def part_of(actor: Actor, letter: ConfidentialLetter) -> str:
    return letter.parts.get(actor.id, "") if actor.kind == "user" else ""


def drafter(actor: Actor, letter: ConfidentialLetter) -> bool:
    return part_of(actor, letter) == Part.DRAFTER


def drafter_or_team_without(actor: Actor, letter: ConfidentialLetter) -> bool:
    """The drafter; once he has left, whoever works on it, who reads it already."""
    return drafter(actor, letter) or (part_of(actor, letter) == Part.TEAM and letter.drafter_has_left)


def works_on_it(actor: Actor, letter: ConfidentialLetter) -> bool:
    return part_of(actor, letter) in (Part.DRAFTER, Part.TEAM)


def is_named(actor: Actor, letter: ConfidentialLetter) -> bool:
    return bool(part_of(actor, letter))


def named_office_holder(actor: Actor, letter: ConfidentialLetter) -> bool:
    """The one holder of the office whom the letter names, as long as he holds it."""
    return (
        part_of(actor, letter) == Part.APPROVER
        and str(letter.approver_id) == actor.id
        and actor.holds_office(letter.deciding_agency_id)
    )


def holds_their_answer(actor: Actor, letter: ConfidentialLetter) -> bool:
    """Who received it; and who sent it, for most supervisory agencies answer on paper alone."""
    return works_on_it(actor, letter) or part_of(actor, letter) == Part.RECEIVER
