"""Who may do what with a paper. Pure predicates; seeing it at all is `visible_to`."""

from agencies.kernel.actor import Actor

from .models import IncomingPaper


def keeper(actor: Actor, paper: IncomingPaper) -> bool:
    """Staff of the organ that recorded it."""
    return actor.works_for(paper.keeper_id)


def keeper_chief(actor: Actor, paper: IncomingPaper) -> bool:
    return actor.leads(paper.keeper_id)
