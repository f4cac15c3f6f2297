"""How identifications begin: on an item of a case, and on a customs query."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField, OptionalField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.models import Case
from coordination.exchange.letters.tables import announced, begun
from coordination.prevention.customsqueries.models import CustomsQuery, PaperKind

from .access import asks_on_case, asks_on_query

S = CustomsQuery.State
SAMPLE = (
    OptionalField("sample_number", _("Number of a sample"), max_length=60, of_new=True),
    OptionalField("sample_place", _("Where the sample is kept"), max_length=200, of_new=True),
    OptionalField("sample_seal", _("Number of its seal"), max_length=60, of_new=True),
)
ASK = (
    ActionField("goods", _("Goods to be identified"), max_length=500, of_new=True),
    OptionalField("hs_code", _("HS code"), max_length=20, of_new=True),
    OptionalField(
        "control_code",
        _("Control code that they may have"),
        max_length=40,
        of_new=True,
        suggests=choices.control_codes,
    ),
    ActionField("question", _("Question to the bureau"), kind="long", of_new=True),
    OptionalField("papers", _("Papers sent with it"), kind="choices", choices=PaperKind.choices, of_new=True),
    *SAMPLE,
    OptionalField(
        "due_at",
        _("Agreed day of the opinion"),
        kind="datetime",
        of_new=True,
        help=_("Agreed with the bureau. No statutory period for the opinion is known."),
    ),
)
NAMES = ("hs_code", "control_code")


def from_item(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The goods of the item that a link names."""
    item = next((one for one in case.items.all() if str(one.pk) == str(answers.get("item", ""))), None)
    if item is None:
        return {}
    known = {"item": str(item.pk), "goods": item.description} | {name: getattr(item, name) for name in NAMES}
    return {name: value for name, value in known.items() if value}


def from_query(query: CustomsQuery, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The goods of the queried line, the evidence, and the papers that the exporter has sent."""
    known = {name: getattr(query, name) for name in NAMES} | {
        "goods": query.suspected_as or query.goods,
        "question": query.evidence,
        "papers": query.papers_received,
    }
    return {name: value for name, value in known.items() if value}


LABEL = Labels(_("Ask for identification"), _("asked the commerce bureau to identify the goods"))
ON_CASES = Workflow(
    "case",
    Case.State,
    {
        "ask_identification": begun(
            by=asks_on_case,
            fields=(ActionField("item", _("Item"), choices=choices.items), *ASK),
            fills=from_item,
            of_row="item",
        )
    },
    {"ask_identification": LABEL},
)
ON_QUERIES = Workflow(
    "customs query",
    S,
    {
        "ask_identification": announced(
            S.ANSWERED, S.NO_REPLY, to=S.TO_IDENTIFY, by=asks_on_query, fields=ASK, fills=from_query
        )
    },
    {"ask_identification": LABEL},
)
