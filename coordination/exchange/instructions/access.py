"""Permissions on letters between a superior agency and its subordinate."""

from agencies.kernel.actor import Actor
from agencies.kernel.proxy_recording import recorded_for
from agencies.organisations.models import Agency
from agencies.people.deciding import DecidingOffice, of_office
from cases.papers.choices import paper_from

from .models import Instruction

OFFICE = DecidingOffice(agencies=("sender",), involves={"instruction": "pk"})


def sender(instruction: Instruction) -> Agency:
    return instruction.sender


def receiver(instruction: Instruction) -> Agency:
    return instruction.receiver


def writer(actor: Actor, instruction: Instruction) -> bool:
    return actor.works_for(instruction.sender_id)


def writing_chief(actor: Actor, instruction: Instruction) -> bool:
    return actor.leads(instruction.sender_id)


@of_office
def sender_office_holder(actor: Actor, instruction: Instruction) -> bool:
    """The sender's responsible person (主要负责人), who decides letters that assign, take up or set a deadline."""
    return actor.holds_office(instruction.sender_id)


@OFFICE.or_superior(by=writing_chief, paper=paper_from(OFFICE.superior))
def deciding_office_holder(actor: Actor, instruction: Instruction) -> bool:
    """As `sender_office_holder`. If every office holder drafted or edited the letter, the superior agency decides."""
    return sender_office_holder(actor, instruction)


def has_got_it(actor: Actor, instruction: Instruction) -> bool:
    return instruction.sent_at is not None and actor.works_for(instruction.receiver_id)


# If either side does not use the system, the other records its letters from paper.
by_their_paper = recorded_for(sender, by=has_got_it, paper=paper_from(sender))
by_answer = recorded_for(receiver, by=writer, paper=paper_from(receiver))
by_their_chiefs_paper = recorded_for(sender, by=has_got_it, paper=paper_from(sender), of_chief=True)
by_chiefs_answer = recorded_for(receiver, by=writer, paper=paper_from(receiver), of_chief=True)


@by_their_paper
def sender_staff(actor: Actor, instruction: Instruction) -> bool:
    return actor.works_for(instruction.sender_id)


@by_their_chiefs_paper
def sender_chief(actor: Actor, instruction: Instruction) -> bool:
    return actor.leads(instruction.sender_id)


@of_office
@by_their_chiefs_paper
def issuing_office_holder(actor: Actor, instruction: Instruction) -> bool:
    """The office holder, for an issued letter: extend its deadline, recall it."""
    return actor.holds_office(instruction.sender_id)


@OFFICE.or_superior(by=writing_chief, paper=paper_from(OFFICE.superior))
@by_their_chiefs_paper
def insisting_office_holder(actor: Actor, instruction: Instruction) -> bool:
    """Insisting against an objection is a new decision, which the author does not take."""
    return actor.holds_office(instruction.sender_id)


@by_answer
def receiver_staff(actor: Actor, instruction: Instruction) -> bool:
    return actor.works_for(instruction.receiver_id)


@by_chiefs_answer
def receiver_chief(actor: Actor, instruction: Instruction) -> bool:
    return actor.leads(instruction.receiver_id)


def own_chief(actor: Actor, instruction: Instruction) -> bool:
    """Only the receiving agency decides who handles the letter."""
    return actor.leads(instruction.receiver_id)
