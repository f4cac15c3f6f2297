"""Stop notices and inspection requests, from the commerce bureau to customs."""

from datetime import timedelta
from typing import Any

from agencies.kernel import times
from cases.casefile.models import Case
from coordination.prevention.stops.actions import draft_stop
from coordination.prevention.stops.models import Stop

from ..kept_stories import story
from .basics import act, walk

DECLARED, CONTAINER = "530120260000000123", "CSQU3054383"
GROUND = {"ground": "changed", "fact": "The end user on the certificate does not exist."}
ASKED = {"text": "Compare the goods with the certificate."}
SENDING = {
    "notice": [("submit", "officer", {}), ("approve", "head", {})],
    "request": [("send_out", "lead", {})],
}
ANSWERS = {
    "SENT": (),
    "SEEN": ("see",),
    "STANDING": ("see", "stand"),
    "HELD": ("see", "hold"),
    "QUERIED": ("see", "hold", "query"),
    "DETAINED": ("see", "hold", "detain"),
    "NOT_FOUND": ("see", "not_found"),
    "ALREADY_RELEASED": ("see", "already_released"),
}


@story
def stop(
    cast: Any,
    state: str = "SENT",
    kind: str = "request",
    matter: Case | None = None,
    by: str = "commerce",
    **given: Any,
) -> Stop:
    """A stop of `by`'s agency to customs, walked to `state`."""
    values = {
        "customs": "GACC",
        "declaration_no": DECLARED,
        "exporter": "Example Metals Ltd",
        "exporter_code": "91110000600037341L",
        "goods": "锑锭",
        "weight_kg": 25_000,
        "last_day": times.today() + timedelta(days=10),
        **(GROUND if kind == "notice" else ASKED),
    }
    made: Stop = act(cast, f"{by}.officer", draft_stop, matter, kind, **{**values, **given})
    if state == "DRAFT":
        return made
    sending = SENDING[kind] if state != "HEAD_DECISION" else SENDING[kind][:1]
    walk(cast, made, [(verb, f"{by}.{who}", answers) for verb, who, answers in sending])
    walk(cast, made, [(verb, "customs.officer", {}) for verb in ANSWERS.get(state, ())])
    assert made.state == state
    return made


@story
def late_stop(cast: Any, minutes: int = 60, matter: Case | None = None) -> Stop:
    """A stop that customs have not seen, sent so many minutes ago."""
    made = stop(cast, matter=matter)
    sent = times.now() - timedelta(minutes=minutes)
    Stop.objects.filter(pk=made.pk).update(sent_at=sent, due_at=sent + timedelta(minutes=10))
    return Stop.objects.get(pk=made.pk)
