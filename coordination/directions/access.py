"""Who may do what with a letter between a superior and an organ below it."""

from agencies.kernel.actor import Actor
from agencies.kernel.behalf import recorded_for
from agencies.organs.models import Agency
from agencies.people.deciding import DecidingOffice
from cases.papers.choices import paper_from

from .models import Direction

OFFICE = DecidingOffice(organs=("sender",), involves={"direction": "pk"})


def sender(direction: Direction) -> Agency:
    return direction.sender


def receiver(direction: Direction) -> Agency:
    return direction.receiver


def writer(actor: Actor, direction: Direction) -> bool:
    return actor.works_for(direction.sender_id)


def writing_chief(actor: Actor, direction: Direction) -> bool:
    return actor.leads(direction.sender_id)


def sender_office_holder(actor: Actor, direction: Direction) -> bool:
    """What gives a matter to an organ, takes it away or sets a deadline is the responsible person's (主要负责人)."""
    return actor.holds_office(direction.sender_id)


@OFFICE.or_above(by=writing_chief, paper=paper_from(OFFICE.superior))
def deciding_office_holder(actor: Actor, direction: Direction) -> bool:
    """As `sender_office_holder`; where each of them drafted or edited it, the agency above decides."""
    return sender_office_holder(actor, direction)


def has_got_it(actor: Actor, direction: Direction) -> bool:
    return direction.sent_at is not None and actor.works_for(direction.receiver_id)


# What either side wrote that does not sign in, the other records from its paper.
by_their_paper = recorded_for(sender, by=has_got_it, paper=paper_from(sender))
by_answer = recorded_for(receiver, by=writer, paper=paper_from(receiver))
by_their_chiefs_paper = recorded_for(sender, by=has_got_it, paper=paper_from(sender), of_chief=True)
by_chiefs_answer = recorded_for(receiver, by=writer, paper=paper_from(receiver), of_chief=True)


@by_their_paper
def sender_staff(actor: Actor, direction: Direction) -> bool:
    return actor.works_for(direction.sender_id)


@by_their_chiefs_paper
def sender_chief(actor: Actor, direction: Direction) -> bool:
    return actor.leads(direction.sender_id)


@by_their_chiefs_paper
def issuing_office_holder(actor: Actor, direction: Direction) -> bool:
    """The same for what was issued: to give more time, to recall it."""
    return actor.holds_office(direction.sender_id)


@OFFICE.or_above(by=writing_chief, paper=paper_from(OFFICE.superior))
@by_their_chiefs_paper
def insisting_office_holder(actor: Actor, direction: Direction) -> bool:
    """To insist against an objection is to decide once more; its author does not decide that either."""
    return actor.holds_office(direction.sender_id)


@by_answer
def receiver_staff(actor: Actor, direction: Direction) -> bool:
    return actor.works_for(direction.receiver_id)


@by_chiefs_answer
def receiver_chief(actor: Actor, direction: Direction) -> bool:
    return actor.leads(direction.receiver_id)


def own_chief(actor: Actor, direction: Direction) -> bool:
    """Who has it inside the receiving organ is nobody else's to record."""
    return actor.leads(direction.receiver_id)
