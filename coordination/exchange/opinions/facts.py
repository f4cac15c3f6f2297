"""Digests of the facts a question is about, one for each part, so that a change can be detected and named."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.journal.digests import content_digest
from agencies.journal.transitions import to_json_value
from agencies.kernel.texts import Text
from cases.casefile.models import Case
from cases.casefile.rows import LEG as ROWS_OF_LEGS
from cases.proceedings.models import Decision, Proceeding

from .models import OpinionRound

PARTS: dict[str, Text] = {
    "parties": _("parties"),
    "items": _("items, weights and values"),
    "acts": _("acts"),
    "shipments": _("shipments"),
    "subject": _("subject of the question"),
}
PARTY = ("kind", "role", "name", "country_id")
ITEM = (
    *("nature", "description", "declared_as", "hs_code", "control_code", "basis", "conduct_on", "net_weight_kg"),
    *("value", "currency"),
)
ACT = ("title", "conduct_from", "conduct_until")
SHIPMENT = ("declaration_no", "port", "district_id", "route")
LEG = ("shipment_id", *ROWS_OF_LEGS.columns)
DECISION = ("party_id", "act_id", "facts", "basis", "proposed", "proposed_fine_cny", "proposed_penalties")


def facts_of(asked: OpinionRound) -> dict[str, str]:
    """Digests by part, in six queries. Amounts are normalised, so trailing zeros do not matter."""
    case = asked.case
    data = {
        "parties": [*_rows(case.parties, PARTY), *_rows(case.parties, ("identifiers__scheme", "identifiers__key"))],
        "items": _rows(case.items, ITEM),
        "acts": [*_rows(case.acts, ACT), *_rows(case.acts, ("parties",)), *_rows(case.acts, ("items",))],
        "shipments": [*_rows(case.shipments, SHIPMENT), *_rows(ROWS_OF_LEGS.rows(case), LEG)],
    }
    if asked.about_kind:
        data["subject"] = _subject(case, asked.about_kind, asked.about_id)
    return {part: content_digest(rows) for part, rows in data.items()}


def _subject(case: Case, kind: str, pk: Any) -> list[Any]:
    if kind == "proceeding":
        own = Proceeding.objects.filter(pk=pk, case=case)
        return [*_rows(own, ("kind", "offence_id")), *_rows(Decision.objects.filter(proceeding__in=own), DECISION)]
    letters = case.referrals.filter(pk=pk)
    return [
        *_rows(letters, ("title", "report", "offence_id", "receiver_id", "ground")),
        *_rows(letters, ("parties",)),
        *_rows(letters, ("acts",)),
    ]


def _rows(rows: Any, columns: tuple[str, ...]) -> list[Any]:
    """Rows as sorted text: the order of entry does not change the digest."""
    return sorted([[_text(value) for value in row] for row in rows.order_by().values_list("pk", *columns)], key=str)


def _text(value: Any) -> Any:
    values = to_json_value(value)
    return values.rstrip("0").rstrip(".") if isinstance(values, str) and _is_amount(values) else values


def _is_amount(text: str) -> bool:
    return "." in text and text.replace(".", "", 1).isdigit()


def changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Labels of the parts that differ, in the reader's language."""
    return [str(words) for part, words in PARTS.items() if before.get(part) != now.get(part)]
