"""Confirming and disputing steps recorded on behalf of an agency."""

from typing import Any

from agencies.kernel.actor import Actor

from .actions import Audience, StreamKey
from .models import ProxyStep
from .transitions import TransitionResult, apply_transition


def transition_proxy_step(step: ProxyStep, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[ProxyStep]:
    """Applies the transition and notifies the recording agency. The step stays until it is corrected or annulled."""
    stream = step.event.stream
    return apply_transition(
        step,
        verb,
        actor=actor,
        streams=[StreamKey(stream.kind, stream.subject)],
        audience=Audience(counterpart_id=step.recorder_id, notify=[step.recorder_id]),
        event_data={"verb": step.event.verb},
        **given,
    )
