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
from cases.casefile.rows import MOST_LEGS

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
    "shipments": [
        {
            "declaration_no": "530120261000000001",
            "licence_no": "26DU000101",
            "customs_district": "5300",
            "route": ["CHN", "VNM", "USA"],
            "legs": [
                {"chain": "declared", "from_country": "CHN", "to_country": "VNM", "departs_on": "2026-03-02"},
                {"chain": "declared", "from_country": "VNM", "to_country": "USA", "consignee": "Example Trading Inc."},
            ],
        }
    ],
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
        (_("legs of a shipment"), MOST_LEGS),
        (_("characters of a narrative"), NARRATIVE),
        (_("rows of one page of a list"), MOST_ROWS),
        (_("outcomes marked as seen at once"), MOST_SEEN),
    ]


# Type of a problem: why it occurs, and what the program should do.
CAUSES: dict[str, tuple[Text, Text]] = {
    "invalid": (
        gettext_lazy("The body or a parameter does not fit the contract; “errors” names every field."),
        gettext_lazy("Correct the named fields, then send it again. Unchanged it is refused again."),
    ),
    "unauthorized": (
        gettext_lazy("The key is wrong, expired or revoked, or its system is switched off."),
        gettext_lazy("Take the next key into use, or ask the administrator of your agency for one."),
    ),
    "forbidden": (
        gettext_lazy("The key lacks the scope, or the source system belongs to another one; the detail says which."),
        gettext_lazy("Ask the administrator of your agency. Do not repeat it unchanged."),
    ),
    "not_found": (
        gettext_lazy("There is no such object, or the key does not give access to it. Both answer alike."),
        gettext_lazy("Check the id, and that it is an object of your own source or agency."),
    ),
    "method": (
        gettext_lazy("The address has other methods; “Allow” lists them."),
        gettext_lazy("Correct the program."),
    ),
    "not_acceptable": (
        gettext_lazy("“Accept” excludes JSON."),
        gettext_lazy("Send “Accept: application/json”, or leave it out."),
    ),
    "move_refused": (
        gettext_lazy("The state of the object does not allow this now; “missing” names every condition."),
        gettext_lazy("Read the object again. Send the same request later only if the condition can change."),
    ),
    "stale": (
        gettext_lazy("The object has changed since it was read."),
        gettext_lazy("Read it again, decide anew, and send the new version."),
    ),
    "too_large": (
        gettext_lazy("The body exceeds a limit, which the detail names."),
        gettext_lazy("Divide it."),
    ),
    "media_type": (
        gettext_lazy("The body is not in the declared format, or is compressed where that is not supported."),
        gettext_lazy("Send the Content-Type that the operation names."),
    ),
    "idempotency_key_reused": (
        gettext_lazy("The same idempotency key was sent with another request."),
        gettext_lazy("Use a new key for each new request, and the same key only for repeats."),
    ),
    "version_required": (
        gettext_lazy("An action on an existing object names no version."),
        gettext_lazy("Send If-Match with the ETag of the object that you read."),
    ),
    "too_many": (
        gettext_lazy("Many wrong keys were sent from this address."),
        gettext_lazy("Wait as long as Retry-After says. A valid key is still accepted."),
    ),
    "internal": (
        gettext_lazy("The product failed; the failure is recorded under the trace id."),
        gettext_lazy("Repeat it with growing pauses. If it stays, report the trace id."),
    ),
    "unavailable": (
        gettext_lazy("The database is busy or is being maintained."),
        gettext_lazy("Repeat it after Retry-After, otherwise with growing pauses."),
    ),
}

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
