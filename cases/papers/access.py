"""Permission predicates of a paper. They are pure; whether the actor sees the paper at all is decided by
`visible_to`.
"""

from agencies.kernel.actor import Actor

from .models import IncomingPaper, Paper


def keeper(actor: Actor, paper: IncomingPaper) -> bool:
    """Staff of the agency that recorded the paper."""
    return actor.works_for(paper.keeper_id)


def keeper_chief(actor: Actor, paper: IncomingPaper) -> bool:
    return actor.leads(paper.keeper_id)


def author(actor: Actor, paper: Paper) -> bool:
    """Staff of the agency that issues the paper."""
    return actor.works_for(paper.agency_id)


def signer(actor: Actor, paper: Paper) -> bool:
    """签发: who signs this form: any staff for a receipt, unit leads for a letter. A form that the act on its subject
    issues is signed by that act alone."""
    if paper.kind.signer == "subject":
        return False
    return author(actor, paper) if paper.kind.signer == "staff" else actor.leads(paper.agency_id)


def editor_of_editions(actor: Actor, paper: Paper) -> bool:
    """Staff of the agency that issues the paper, if it is not issued with its subject: another edition would have a
    text that no second person has read."""
    return author(actor, paper) and paper.kind.signer != "subject"


def holder_of_copy(actor: Actor, paper: Paper) -> bool:
    """Staff who may file the signed sheet: of the issuing agency, and of the receiving one, which countersigns."""
    return author(actor, paper) or (paper.sent_at is not None and actor.works_for(paper.to_id))
