"""Who may do what with a letter between a superior and an organ below it."""

from agencies.kernel.actor import Actor
from agencies.kernel.behalf import recorded_for
from agencies.organs.models import Agency
from cases.papers.choices import paper_from

from .models import Direction


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
    """The same for what he has issued: to insist on it, to give more time, to recall it."""
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
