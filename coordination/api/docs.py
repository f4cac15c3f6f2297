"""The contract for machines to read, and for people: pages that are drawn from the same document."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import PUBLIC, page
from agencies.kernel.problems import TITLES
from agencies.machines.models import ApiKey
from cases.casefile.models import Handling, Party, Severity
from cases.controls.models import Country, District, Technique

from .contract import EXAMPLE_REPORT, REMEDIES, limits
from .groups import GROUPS
from .schema import document
from .views import ApiView

DEEPEST = 6  # rows within rows that the page unfolds; the contract itself has three


@dataclass(frozen=True)
class Field:
    """One line of a table: a parameter of the address or a value of the body."""

    name: str
    kind: str
    required: bool
    told: str


@dataclass(frozen=True)
class Operation:
    id: str
    tag: str
    method: str
    path: str
    summary: str
    told: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str]]
    for_machines: bool


class SchemaView(ApiView):
    """OpenAPI 3.1."""

    permission = PUBLIC
    schema = None

    def get(self, request: Request) -> Response:
        return Response(document(_language()))


@page(PUBLIC)
def contract(request: HttpRequest) -> HttpResponse:
    """What a machine has to know, with its few operations. It holds no data, so anybody may read it."""
    told = document(_language())
    context = {
        "operations": [one for one in _operations(told) if one.for_machines],
        "example": json.dumps(EXAMPLE_REPORT, ensure_ascii=False, indent=2),
        "scopes": ApiKey.Scope.choices,
        "limits": limits(),
        "remedies": REMEDIES,
        "problems": [(code, status, title) for status, (code, title) in TITLES.items()],
        "version": told["info"]["version"],
    }
    return render(request, "api/docs.html", context)


@page(PUBLIC)
def reference(request: HttpRequest, tag: str = "") -> HttpResponse:
    """Every operation by its group; with a `tag` those of one group in full."""
    if tag and tag not in GROUPS:
        raise Http404
    operations = list(_operations(document(_language())))
    groups = [(name, title, [one for one in operations if one.tag == name]) for name, title in GROUPS.items()]
    parts = [
        {"url": reverse("api-reference-group", args=[name]), "label": title, "count": len(found), "active": name == tag}
        for name, title, found in groups
    ]
    context = {
        "groups": [one for one in groups if not tag or one[0] == tag],
        "parts": parts,
        "tag": tag,
        "title": GROUPS.get(tag, ""),
    }
    return render(request, "api/reference.html", context)


@page(PUBLIC)
def codes(request: HttpRequest) -> HttpResponse:
    """The lists from which a report names its codes."""
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


def _operations(told: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                id=operation["operationId"],
                tag=operation["tags"][0],
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                told=operation.get("description", ""),
                parameters=[_parameter(one) for one in operation.get("parameters", [])],
                body=list(_body(operation, told)),
                answers=[(status, answer["description"]) for status, answer in sorted(operation["responses"].items())],
                for_machines=any("bearer" in one for one in operation["security"]),
            )


def _parameter(told: dict[str, Any]) -> Field:
    return Field(told["name"], _kind(told["schema"]), told.get("required", False), told.get("description", ""))


def _body(operation: dict[str, Any], told: dict[str, Any]) -> Iterator[Field]:
    content = operation.get("requestBody", {}).get("content", {})
    for sent in content.values():
        yield from _fields(sent["schema"], told, "", 0)


def _fields(schema: dict[str, Any], told: dict[str, Any], within: str, depth: int) -> Iterator[Field]:
    """Every value of a body as one line, rows in rows as `parties[].identifiers[].value`."""
    shape = _resolved(schema, told)
    for name, inner in shape.get("properties", {}).items():
        value = _resolved(inner, told)
        words = " ".join(filter(None, (value.get("title", ""), value.get("description", ""))))
        yield Field(f"{within}{name}", _kind(value), name in shape.get("required", []), words)
        rows = _resolved(value.get("items", {}), told)
        if "properties" in rows and depth < DEEPEST:
            yield from _fields(rows, told, f"{within}{name}[].", depth + 1)


def _resolved(schema: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The schema a reference points at; of alternatives the one that is not null."""
    if "$ref" in schema:
        return _resolved(told["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], told)
    for choice in ("allOf", "oneOf"):
        parts = [_resolved(part, told) for part in schema.get(choice, []) if part.get("type") != "null"]
        enums = [code for part in parts for code in part.get("enum", []) if code not in ("", None)]
        if enums:
            return {**schema, "type": "string", "enum": enums}
        if len(parts) == 1:
            return {**parts[0], **{k: v for k, v in schema.items() if k != choice}}
    return schema


def _kind(schema: dict[str, Any]) -> str:
    """The type in one short line: codes, format and length where they are told."""
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
