"""Permissions on letters between a superior agency and its subordinate."""

from operator import attrgetter

from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice, of_office
from cases.papers.choices import paper_from
from coordination.exchange.letters.rules import by_paper_of, chief, office_holder, staff

from .models import Instruction

OFFICE = DecidingOffice(agencies=("sender",), involves={"instruction": "pk"})


sender, receiver = attrgetter("sender"), attrgetter("receiver")
writer = staff("sender")
writing_chief = chief("sender")
# The sender's responsible person (主要负责人), who decides letters that assign, take up or set a deadline.
sender_office_holder = of_office(office_holder("sender"))
# If every office holder drafted or edited the letter, the superior agency decides.
_or_superior = OFFICE.or_superior(by=writing_chief, paper=paper_from(OFFICE.superior))
deciding_office_holder = _or_superior(office_holder("sender"))


def has_got_it(actor: Actor, instruction: Instruction) -> bool:
    return instruction.sent_at is not None and actor.works_for(instruction.receiver_id)


# If either side does not use the system, the other records its letters from paper.
by_their_paper = by_paper_of(sender, by=has_got_it)
by_answer = by_paper_of(receiver, by=writer)
_by_their_chiefs_paper = by_paper_of(sender, by=has_got_it, of_chief=True)
by_chiefs_answer = by_paper_of(receiver, by=writer, of_chief=True)
sender_staff = by_their_paper(staff("sender"))
sender_chief = _by_their_chiefs_paper(chief("sender"))
# The office holder, for an issued letter: extend its deadline, recall it.
issuing_office_holder = of_office(_by_their_chiefs_paper(office_holder("sender")))
# Insisting against an objection is a new decision, which the author does not take.
insisting_office_holder = _or_superior(_by_their_chiefs_paper(office_holder("sender")))
receiver_staff = by_answer(staff("receiver"))
receiver_chief = by_chiefs_answer(chief("receiver"))
# Only the receiving agency decides who handles the letter.
own_chief = chief("receiver")
