"""The API contract: as a schema for machines, and as pages for people made from the same schema."""

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
    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str]]
    for_machines: bool


class SchemaView(ApiView):
    """OpenAPI 3.1."""

    permission = PUBLIC
    schema: Any = None

    def get(self, request: Request) -> Response:
        return Response(document(_language()))


@page(PUBLIC)
def contract(request: HttpRequest) -> HttpResponse:
    """What a developer of a connected system needs, with the few operations for machines. Public, because it holds no
    data."""
    schema = document(_language())
    context = {
        "operations": [one for one in _operations(schema) if one.for_machines],
        "example": json.dumps(EXAMPLE_REPORT, ensure_ascii=False, indent=2),
        "scopes": ApiKey.Scope.choices,
        "limits": limits(),
        "remedies": REMEDIES,
        "problems": [(code, status, title) for status, (code, title) in TITLES.items()],
        "version": schema["info"]["version"],
    }
    return render(request, "api/docs.html", context)


@page(PUBLIC)
def reference(request: HttpRequest, tag: str = "") -> HttpResponse:
    """Every operation by group; with a `tag`, the operations of that group in full."""
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


def _operations(schema: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                id=operation["operationId"],
                tag=operation["tags"][0],
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                parameters=[_parameter(one) for one in operation.get("parameters", [])],
                body=list(_body(operation, schema)),
                answers=[(status, answer["description"]) for status, answer in sorted(operation["responses"].items())],
                for_machines=any("bearer" in one for one in operation["security"]),
            )


def _parameter(parameter: dict[str, Any]) -> Field:
    return Field(
        parameter["name"],
        _kind(parameter["schema"]),
        parameter.get("required", False),
        parameter.get("description", ""),
    )


def _body(operation: dict[str, Any], schema: dict[str, Any]) -> Iterator[Field]:
    content = operation.get("requestBody", {}).get("content", {})
    for sent in content.values():
        yield from _fields(sent["schema"], schema, "", 0)


def _fields(part: dict[str, Any], schema: dict[str, Any], within: str, depth: int) -> Iterator[Field]:
    """Every value of a body as one row; nested rows as `parties[].identifiers[].value`."""
    shape = _resolved(part, schema)
    for name, inner in shape.get("properties", {}).items():
        value = _resolved(inner, schema)
        words = " ".join(filter(None, (value.get("title", ""), value.get("description", ""))))
        yield Field(f"{within}{name}", _kind(value), name in shape.get("required", []), words)
        rows = _resolved(value.get("items", {}), schema)
        if "properties" in rows and depth < DEEPEST:
            yield from _fields(rows, schema, f"{within}{name}[].", depth + 1)


def _resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference points to; of alternatives the one that is not null."""
    if "$ref" in schema:
        return _resolved(components["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], components)
    for choice in ("allOf", "oneOf"):
        parts = [_resolved(part, components) for part in schema.get(choice, []) if part.get("type") != "null"]
        enums = [code for part in parts for code in part.get("enum", []) if code not in ("", None)]
        if enums:
            return {**schema, "type": "string", "enum": enums}
        if len(parts) == 1:
            return {**parts[0], **{k: v for k, v in schema.items() if k != choice}}
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
