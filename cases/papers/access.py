"""Who may do what with a paper. Pure predicates; seeing it at all is `visible_to`."""

from agencies.kernel.actor import Actor

from .models import IncomingPaper, Paper


def keeper(actor: Actor, paper: IncomingPaper) -> bool:
    """Staff of the agency that recorded it."""
    return actor.works_for(paper.keeper_id)


def keeper_chief(actor: Actor, paper: IncomingPaper) -> bool:
    return actor.leads(paper.keeper_id)


def author(actor: Actor, paper: Paper) -> bool:
    """Staff of the agency whose paper it is."""
    return actor.works_for(paper.agency_id)


def signer(actor: Actor, paper: Paper) -> bool:
    """签发: who signs this form for the agency; a receipt the officer, a letter his chief."""
    return author(actor, paper) if paper.kind.signer == "staff" else actor.leads(paper.agency_id)


def holder_of_copy(actor: Actor, paper: Paper) -> bool:
    """Who may file the signed sheet: the agency that issued it, and the one that received and countersigned it."""
    return author(actor, paper) or (paper.sent_at is not None and actor.works_for(paper.to_id))
