"""Permissions on questionnaires and reviews."""

from agencies.kernel.actor import Actor
from coordination.exchange.letters.rules import staff

from .models import Questionnaire

handles = staff("agency")


def keeps_questionnaires(actor: Actor) -> bool:
    """Unit leads and responsible persons of an agency."""
    return actor.is_staff and actor.leads(actor.agency_id)


def revises(actor: Actor, questionnaire: Questionnaire) -> bool:
    """Leads of the agency whose questionnaire it is; for a delivered one, leads of any agency, who make an edition of
    their own."""
    return keeps_questionnaires(actor) and questionnaire.agency_id in (None, actor.agency_id)


def withdraws(actor: Actor, questionnaire: Questionnaire) -> bool:
    return keeps_questionnaires(actor) and questionnaire.agency_id == actor.agency_id
