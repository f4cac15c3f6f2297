"""Permissions on confidential letters. They depend on the part in which a letter names the person, never on agency or
role alone."""

from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice

from .models import ConfidentialLetter, NamedPerson

# Until a person at a superior agency is named to decide, the responsible person of the letter's own agency decides.
OFFICE = DecidingOffice(agencies=("deciding_agency", "agency"), involves={"confidential": "pk"})

Part = NamedPerson.Part


def part_of(actor: Actor, letter: ConfidentialLetter) -> str:
    return letter.parts.get(actor.id, "") if actor.is_person else ""


def drafter(actor: Actor, letter: ConfidentialLetter) -> bool:
    return part_of(actor, letter) == Part.DRAFTER


def drafter_or_team_without(actor: Actor, letter: ConfidentialLetter) -> bool:
    """The drafter. Once the drafter has left, anyone who works on the letter."""
    return drafter(actor, letter) or (part_of(actor, letter) == Part.TEAM and letter.drafter_has_left)


def works_on_it(actor: Actor, letter: ConfidentialLetter) -> bool:
    return part_of(actor, letter) in (Part.DRAFTER, Part.TEAM)


def is_named(actor: Actor, letter: ConfidentialLetter) -> bool:
    return bool(part_of(actor, letter))


def named_office_holder(actor: Actor, letter: ConfidentialLetter) -> bool:
    """The office holder named in the letter, while they hold the office."""
    return (
        part_of(actor, letter) == Part.APPROVER
        and str(letter.approver_id) == actor.id
        and actor.holds_office(letter.deciding_agency_id)
    )


def holds_their_answer(actor: Actor, letter: ConfidentialLetter) -> bool:
    """The recipient, and the sender as well, because most supervisory agencies answer on paper alone."""
    return works_on_it(actor, letter) or part_of(actor, letter) == Part.RECEIVER
