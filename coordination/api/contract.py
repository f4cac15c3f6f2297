"""Texts of the page for connected systems that the schema does not contain: limits, advice for each error, an
example."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.limits import (
    JSON_DEPTH,
    JSON_NAMES,
    JSON_VALUES,
    NARRATIVE,
    REPORT_CODES,
    REPORT_IDENTIFIERS,
    REPORT_IDENTIFIERS_OF_PARTY,
    REPORT_ROWS,
)
from agencies.kernel.texts import Text

from .inputs import MOST_ROWS
from .outcomes import MOST_SEEN

EXAMPLE_REPORT: dict[str, Any] = {
    "source_system": "risk-engine",
    "source_ref": "R-1",
    "report_type": "targeting_hit",
    "title": "Antimony declared as zinc",
    "occurred_at": "2026-03-01T08:30:00+08:00",
    "severity": "high",
    "parties": [
        {
            "role": "exporter",
            "kind": "company",
            "name": "Example Metals Co., Ltd.",
            "country": "CHN",
            "identifiers": [{"scheme": "USCC", "value": "91440300600037341L"}],
        }
    ],
    "items": [
        {
            "declared_as": "zinc ingot",
            "hs_code": "7901.11.00.00",
            "net_weight_kg": "25000",
            "value": 410000,
            "currency": "CNY",
        }
    ],
    "shipments": [{"declaration_no": "530120261000000001", "customs_district": "5300", "route": ["CHN", "VNM", "USA"]}],
}


def limits() -> list[tuple[str, int]]:
    """(what, maximum) of everything that is limited in a request."""
    return [
        (_("bytes of a body"), settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
        (_("bytes of a body with files"), settings.PAPER_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
        (_("nesting levels of objects and lists"), JSON_DEPTH),
        (_("values of a body"), JSON_VALUES),
        (_("names of one object"), JSON_NAMES),
        (_("parties, items and shipments of a report, each"), REPORT_ROWS),
        (_("identifiers of one party"), REPORT_IDENTIFIERS_OF_PARTY),
        (_("identifiers of a report"), REPORT_IDENTIFIERS),
        (_("countries of a route; techniques"), REPORT_CODES),
        (_("characters of a narrative"), NARRATIVE),
        (_("rows of one page of a list"), MOST_ROWS),
        (_("outcomes marked as seen at once"), MOST_SEEN),
    ]


# `code` of an entry of `errors`, and what the sender should do.
REMEDIES: list[tuple[str, Text]] = [
    ("required, null, blank", gettext_lazy("The value is required. Send it.")),
    ("unknown", gettext_lazy("There is no such field. Correct its name, or leave it out.")),
    ("unknown_parameter", gettext_lazy("There is no such query parameter. The detail lists the accepted ones.")),
    ("type, invalid, not_a_list", gettext_lazy("Send the JSON type and format that the schema requires.")),
    (
        "max_length, min_length, max_digits, max_value, min_value",
        gettext_lazy("Observe the length or range of the schema."),
    ),
    ("unknown_code, invalid_choice, choice", gettext_lazy("Send a code of the list; see the code lists.")),
    ("hs_code", gettext_lazy("Send 6, 8 or 10 digits. Leave the code out if it is unknown.")),
    ("currency", gettext_lazy("Send a code of ISO 4217.")),
    ("offset", gettext_lazy("Add the offset from UTC to the time, such as +08:00.")),
    ("future, range", gettext_lazy("Correct the time: it is in the future, or before 1900.")),
    ("json, object, encoding", gettext_lazy("Send one JSON object in UTF-8.")),
    ("nesting, too_many", gettext_lazy("Send fewer values, or fewer levels.")),
    (
        "null_character, surrogate, control_character, bidi_character",
        gettext_lazy("Remove the character: it cannot be stored, or it would make the text look different."),
    ),
    ("cursor", gettext_lazy("Use “next” or “reached” of a response unchanged.")),
]
