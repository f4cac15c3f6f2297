"""Confirming and disputing what was recorded for one's organ while nobody of it signed in."""

from typing import Any

from agencies.kernel.actor import Actor

from .actions import StreamKey
from .models import BehalfStep
from .moving import Moved, move_thing
from .workflow import BEHALF


def move_step(step: BehalfStep, verb: str, *, actor: Actor, **given: Any) -> Moved[BehalfStep]:
    """The recording organ hears of it; the step itself stands until it is corrected or annulled."""
    stream = step.event.stream
    return move_thing(
        step, verb, workflow=BEHALF, actor=actor, streams=[StreamKey(stream.kind, stream.subject)],
        object_kind="behalf", counterpart_id=step.recorder_id, hears=[step.recorder_id],
        told={"verb": step.event.verb}, **given,
    )  # fmt: skip
