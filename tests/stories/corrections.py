"""Corrections, and steps recorded for an agency."""

from typing import Any

from agencies.journal.models import Event, ProxyStep
from agencies.organisations.models import Agency
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.corrections.models import Correction

from ..kept_stories import story
from .basics import walk
from .casefile import concluded
from .papers import incoming
from .referrals import assistance


@story
def correction(cast: Any, kind: str = "annul", of: Any = None, verb: str = "conclude", **given: Any) -> Correction:
    """The customs officer's proposal to correct an event of customs, by default the conclusion of a case."""
    thing = of or concluded(cast)
    event = Event.objects.filter(object_id=thing.pk, verb=verb).latest("id")
    values = {"paper": "更正〔2026〕1号", "reason": "typed wrong", **given}
    return propose_correction(event, actor=cast["customs.officer"], kind=kind, **values)


@story
def recorded_step(cast: Any, verb: str = "accept") -> ProxyStep:
    """The commerce bureau's acceptance of a request, recorded by customs while the bureau did not sign in."""
    made = assistance(cast, "SENT")
    commerce = Agency.objects.filter(code="MOFCOM_SCB")
    commerce.update(signs_in=False)
    paper = incoming(cast, matter=made.case, agency="MOFCOM_SCB")
    walk(cast, made, [("accept", "customs.officer", {"paper": str(paper.pk)})])
    commerce.update(signs_in=True)
    return ProxyStep.objects.get(event__object_id=made.pk, event__verb=verb)
