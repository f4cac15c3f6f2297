"""The API contract: as a schema for machines, and as pages for people made from the same schema."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from rest_framework.request import Request

from agencies.kernel.permissions import PUBLIC, page
from agencies.kernel.problems import TITLES
from agencies.kernel.resource import RESOURCES
from agencies.machines.models import ApiKey
from cases.casefile.models import Handling, Party, Severity
from cases.controls.models import Country, District, Technique

from .contract import CAUSES, EXAMPLE_REPORT, REMEDIES, limits
from .groups import GROUPS
from .schema import document, text
from .system_contract import system_document
from .views import ApiView

DEEPEST = 6  # nesting levels of rows that the page unfolds; the contract itself has three


@dataclass(frozen=True)
class Field:
    """A row of a table: a parameter of the address or a value of the body."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """An operation of the document, for a page."""

    method: str
    path: str
    described: dict[str, Any]
    document: dict[str, Any]

    @property
    def tag(self) -> str:
        return str(self.described["tags"][0])

    @property
    def scopes(self) -> list[str]:
        """The scopes of a key that open it, one of which is enough."""
        return [scope for one in self.described.get("security", []) for scope in one.get("bearer", [])]

    @property
    def of_tables(self) -> bool:
        """Whether it belongs to a noun on which systems act by its workflow tables."""
        noun = RESOURCES.get(self.tag)
        return noun is not None and any(line.machine for one in noun.workflows for line in one.transitions.values())

    @property
    def url(self) -> str:
        return f"{reverse('api-operations-group', args=[self.tag])}#{self.described['operationId']}"

    @property
    def parameters(self) -> Iterator[Field]:
        for reference in self.described.get("parameters", []):
            one = _resolved(reference, self.document)
            kind = _kind(one["schema"])
            yield Field(one["name"], kind, one.get("required", False), one.get("description", ""))

    @property
    def body(self) -> list[Field]:
        content = _resolved(self.described.get("requestBody", {}), self.document).get("content", {})
        return [field for sent in content.values() for field in _fields(sent["schema"], self.document)]

    @property
    def answers(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(status, name, schema) of each response; errors have the same schema, and no name."""
        for status, reference in sorted(self.described["responses"].items()):
            content = _resolved(reference, self.document).get("content", {}) if status.startswith("2") else {}
            part: dict[str, Any] = next((one["schema"] for one in content.values()), {})
            named = part.get("$ref", self.described["operationId"]).rpartition("/")[2]
            yield status, named if _fields(part, self.document) else "", part


def _shapes(operations: Iterable[Operation]) -> dict[str, list[Field]]:
    """The fields of the responses, by name: many operations answer alike."""
    parts = {name: (part, one.document) for one in operations for _status, name, part in one.answers if name}
    return {name: _fields(part, document) for name, (part, document) in parts.items()}


@method_decorator([gzip_page, cache_control(public=True, no_cache=True), conditional_page], name="dispatch")
class SchemaView(ApiView):
    """OpenAPI 3.1. The only compressed answer: it is public and contains nothing that a caller sent, so its size
    discloses nothing."""

    permission = PUBLIC
    schema: Any = None
    text: Any = staticmethod(text)

    def get(self, request: Request, **path: Any) -> HttpResponse:
        return HttpResponse(self.text(_language()), content_type="application/json")


@page(PUBLIC)
def contract(request: HttpRequest) -> HttpResponse:
    """What a developer of a connected system needs, with the few operations for machines, and the names of those of the
    workflow tables. Public, because it holds no data."""
    schema = system_document(_language())
    for_machines = _operations(schema)
    operations = [one for one in for_machines if not one.of_tables]
    context = {
        "operations": operations,
        "acting": [one for one in for_machines if one.of_tables],
        "shapes": _shapes(operations),
        "example": json.dumps(EXAMPLE_REPORT, ensure_ascii=False, indent=2),
        "scopes": ApiKey.Scope.choices,
        "limits": limits(),
        "remedies": REMEDIES,
        "problems": [(code, status, title, *CAUSES[code]) for status, (code, title) in TITLES.items()],
        "version": schema["info"]["version"],
    }
    return render(request, "api/docs.html", context)


@page(PUBLIC)
def reference(request: HttpRequest, tag: str = "") -> HttpResponse:
    """Every operation by group; with a `tag`, the operations of that group in full."""
    if tag and tag not in GROUPS:
        raise Http404
    operations = _operations(document(_language()))
    groups = [(name, title, [one for one in operations if one.tag == name]) for name, title in GROUPS.items()]
    parts = [
        {
            "url": reverse("api-operations-group", args=[name]),
            "label": title,
            "count": len(found),
            "active": name == tag,
        }
        for name, title, found in groups
    ]
    context = {
        "groups": [one for one in groups if not tag or one[0] == tag],
        "parts": parts,
        "shapes": _shapes(one for one in operations if one.tag == tag),
        "tag": tag,
        "title": GROUPS.get(tag, ""),
    }
    return render(request, "api/reference.html", context)


@page(PUBLIC)
def codes(request: HttpRequest) -> HttpResponse:
    """The code lists that a report uses."""
    lists = [
        ("countries", gettext("Countries and regions"), Country.objects.order_by("alpha3"), "alpha3"),
        ("districts", gettext("Customs districts"), District.objects.order_by("code"), "code"),
        ("techniques", gettext("Techniques of evasion"), Technique.objects.order_by("code"), "code"),
    ]
    shown = [(key, title, [(getattr(one, column), one.name) for one in rows]) for key, title, rows, column in lists]
    fixed = [
        ("severity", gettext("Severity"), Severity.choices),
        ("handling", gettext("Handling code"), Handling.choices),
        ("kind", gettext("Kind of party"), Party.Kind.choices),
    ]
    return render(request, "api/codes.html", {"lists": [*shown, *fixed]})


def _language() -> str:
    return get_language() or "zh-hans"


def _operations(schema: dict[str, Any]) -> list[Operation]:
    each = [(path, method, one) for path, methods in schema["paths"].items() for method, one in methods.items()]
    return [Operation(method.upper(), path, one, schema) for path, method, one in each]


def _fields(part: dict[str, Any], document: dict[str, Any], within: str = "", depth: int = 0) -> list[Field]:
    """Every value as one row; nested rows as `parties[].identifiers[].value`, nested objects as `agency.code`."""
    shape, found = _resolved(part, document), []
    if "items" in shape:
        found += _fields(shape["items"], document, f"{within.removesuffix('.')}[].", depth)
    for one in shape.get("allOf", []):
        found += _fields(one, document, within, depth)
    for name, inner in shape.get("properties", {}).items():
        value = _resolved(inner, document)
        words = " ".join(filter(None, (value.get("title", ""), value.get("description", ""))))
        found.append(Field(f"{within}{name}", _kind(value), name in shape.get("required", []), words))
        if depth < DEEPEST:
            found += _fields(value, document, f"{within}{name}.", depth + 1)
    return found


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """What a reference points to; of alternatives the one that is not null."""
    if "$ref" in schema:
        kind, name = schema["$ref"].split("/")[-2:]
        return _resolved(document["components"][kind][name], document)
    parts = [_resolved(part, document) for part in schema.get("oneOf", []) if part.get("type") != "null"]
    enums = [code for part in parts for code in part.get("enum", []) if code not in ("", None)]
    if enums:
        return {**schema, "type": "string", "enum": enums}
    if len(parts) == 1:
        return {**parts[0], **{k: v for k, v in schema.items() if k != "oneOf"}}
    return schema


def _kind(schema: dict[str, Any]) -> str:
    """The type on one short line, with format and length where the schema has them."""
    if "enum" in schema:
        return " | ".join(str(code) for code in schema["enum"] if code not in ("", None))
    if "oneOf" in schema:
        parts = [part for part in schema["oneOf"] if part.get("type") != "null" and part.get("maxLength") != 0]
        return " | ".join(dict.fromkeys(_kind(part) for part in parts))
    kind = schema.get("type", "")
    kinds = [one for one in (kind if isinstance(kind, list) else [kind]) if one != "null"]
    if kinds == ["array"] and isinstance(schema.get("items"), dict):
        inner = _kind(schema["items"])
        return f"[{inner}]" if inner else gettext("rows")
    word = schema.get("format") or " | ".join(kinds)
    return f"{word} ≤ {schema['maxLength']}" if "maxLength" in schema else word
