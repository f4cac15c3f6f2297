"""Permissions on notes: the author changes a note; the head of the author's agency may also withdraw it."""

from agencies.kernel.actor import Actor

from .models import Note


def author(actor: Actor, note: Note) -> bool:
    return actor.works_for(note.agency_id) and str(note.author_id) == actor.id


def author_or_chief(actor: Actor, note: Note) -> bool:
    return author(actor, note) or actor.leads(note.agency_id)
