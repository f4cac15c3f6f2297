"""The contract as OpenAPI 3.1, generated from views, workflow tables, action fields and filters."""

import json
from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from functools import lru_cache
from itertools import count
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from agencies.kernel.actor import Actor
from agencies.kernel.filtering import ListFilter
from agencies.kernel.paging import PAGE_SIZE
from agencies.kernel.problems import MEDIA_TYPE, TITLES
from agencies.machines.models import ApiKey

from . import idempotency, mapping, versions  # noqa: F401  # mapping registers how requests are described
from .groups import GROUPS
from .inputs import MOST_ROWS
from .operations import Operation
from .schema_bodies import body_of

ETAG_HEADER = {"description": 'Its version, such as "7".', "schema": {"type": "string"}}
ANY_MACHINE = Actor(kind="machine", id="", scopes=frozenset(ApiKey.Scope.values))
# Errors of every operation are described once: they would be a fifth of the contract. They are those of the request,
# the caller and the server, and what HTTP itself refuses, such as the media type or the size of a request.
OTHERS = "default"
BEARER = "bearer"
PEOPLE: list[dict[str, list[str]]] = [{"cookieAuth": []}]  # the way in of most operations, described once
ON_ALL = (400, 401, 403, 404, 409, 412, 422, 428, 500, 503)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular has no types
    """Describes `Authorization: Bearer KEY` in the contract."""

    target_class = "agencies.machines.authentication.BearerAuthentication"
    name = BEARER

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": _("A key of a connected system.")}


class OperationSchema(AutoSchema):
    """Describes the declared operations of a view."""

    view: Any  # an ApiView, which the library's types do not know

    @property
    def declared(self) -> Operation:
        declared: Operation = self.view.operations[self.method]
        return declared

    def get_tags(self) -> list[str]:
        return [self.view.resource]

    def get_operation_id(self) -> str:
        return f"{self.view.resource}_{self.declared.name}"

    def get_summary(self) -> str:
        return str(self.declared.summary)

    def get_description(self) -> str:  # type: ignore[override]  # as in spectacular, whose own types disagree
        return str(self.declared.description)

    def get_auth(self) -> list[dict[str, Any]]:
        """A key with the scope that the operation needs. Operations without a scope do not accept keys."""
        accepted: list[dict[str, Any]] = [one for one in super().get_auth() if BEARER not in one]
        permission = self.view.permissions.get(self.method, self.view.permission)
        return [{BEARER: permission.name.split()}, *accepted] if permission.allows(ANY_MACHINE) else accepted

    def is_deprecated(self) -> bool:
        return self.declared.deprecation is not None

    def get_request_serializer(self) -> Any:
        """The fields that an action asks for are translated, so they are not read before the schema is made."""
        declared = self.declared
        sent = "multipart/form-data" if declared.form else "application/json"
        return {sent: body_of(declared.asks) if declared.asks else declared.accepts}

    def get_response_serializers(self) -> Any:
        statuses, shape = self.declared.statuses, self.declared.answers
        if self.declared.files:
            kinds: dict[str, Any] = {"application/json": shape} if shape else {}
            kinds |= dict.fromkeys(self.declared.files, OpenApiTypes.BINARY)
            return {(status, kind): part for status in statuses for kind, part in kinds.items()}
        if self.declared.describes:
            shape = self.declared.describes(self)
        return dict.fromkeys(statuses, shape[0](many=True) if isinstance(shape, list) else shape)

    def get_examples(self) -> Any:
        return list(self.declared.examples)

    def get_filter_backends(self) -> list[Any]:
        """The parameters of a list are declared by its operation."""
        return []

    def get_override_parameters(self) -> list[Any]:
        return list(self.declared.parameters)

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Adds the headers for repeating a write safely, and their responses."""
        operation: Any = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        if self.method != "GET":
            _add_retry_headers(operation, self.declared)
        if self.declared.conditional:
            known = _("The ETag of the answer that the caller has; 304 while it is the same.")
            _add_header(operation, "If-None-Match", known, {"type": "string"})
            operation["responses"]["304"] = {"description": _("The caller has this answer already.")}
        if self.declared.tagged or self.declared.versioned or self.declared.conditional:
            for status in {"200", "201"} & set(operation["responses"]):
                operation["responses"][status].setdefault("headers", {})["ETag"] = ETAG_HEADER
        return operation


# Query parameters ----------------------------------------------------------------------------------------------------
def paging(*, back: bool = False) -> list[OpenApiParameter]:
    """The parameters of a paged list; with `back`, it can be read backwards too."""
    size = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": PAGE_SIZE}
    before = (
        [OpenApiParameter("before", str, description=gettext_lazy("From “previous” of the response."))] if back else []
    )
    return [
        OpenApiParameter("size", size, description=gettext_lazy("Rows per page.")),
        OpenApiParameter("after", str, description=gettext_lazy("From “next” of the response.")),
        *before,
    ]


def filter_parameters(filters: type[ListFilter]) -> list[OpenApiParameter]:
    """One parameter for each filter of a list."""
    # On a copy: a filter keeps the field that it made first, and there is no reader here.
    return [_filter_parameter(name, copy(one).field) for name, one in filters.base_filters.items()]


def _filter_parameter(name: str, field: Any) -> OpenApiParameter:
    is_row = isinstance(field, forms.ModelChoiceField)
    if is_row and field.to_field_name:
        code = {"type": "string", "minLength": 1}
        return OpenApiParameter(name, code, description=_("%(label)s (code)") % {"label": field.label})
    if isinstance(field, forms.ChoiceField) and not is_row:
        offered: Any = field.choices
        codes = [str(code) for code, _label in offered if code not in ("", None)]
        many = isinstance(field, forms.MultipleChoiceField)
        return OpenApiParameter(name, str, enum=codes, many=many, description=str(field.label))
    formats = {
        forms.DateField: "date",
        forms.DateTimeField: "date-time",
        forms.UUIDField: "uuid",
        forms.ModelChoiceField: "uuid",
    }
    kind = next(({"format": name} for of, name in formats.items() if isinstance(field, of)), {})
    return OpenApiParameter(name, {"type": "string", **kind}, description=str(field.label))


# Common to all operations --------------------------------------------------------------------------------------------
def _add_retry_headers(operation: dict[str, Any], declared: Operation) -> None:
    again = _("A repeat with the same key within 72 hours is not executed again; its response has %(header)s: true.")
    _add_header(
        operation,
        idempotency.HEADER,
        again % {"header": idempotency.REPLAYED},
        {"type": "string", "pattern": idempotency.PATTERN, "minLength": 1, "maxLength": idempotency.LONGEST},
    )
    if declared.versioned:
        read = _("The ETag of the version that was read, such as %(example)s; or send “version” in the body.")
    else:
        read = _("The ETag of the version that was read, such as %(example)s; 412 if there is a newer one.")
    if declared.versioned or declared.matches:
        _add_header(
            operation, versions.HEADER, read % {"example": '"7"'}, {"type": "string", "pattern": versions.PATTERN}
        )


def _add_header(operation: dict[str, Any], name: str, description: str, schema: dict[str, Any]) -> None:
    header = {"name": name, "in": "header", "description": description, "schema": schema}
    operation.setdefault("parameters", []).append(header)


PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "trace_id": {"type": "string"},
        "version": {"type": "integer", "description": "412: the present version, where it is known"},
        "errors": {
            "type": "array",
            "description": "400: every bad field, by JSON pointer",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
            },
        },
        "missing": {
            "type": "array",
            "description": "409: every unmet condition",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {name: {"type": "string"} for name in ("code", "detail")},
            },
        },
    },
}


CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing: the error responses of every operation, which of them need a body, and what they share."""
    components = result["components"]
    shapes = components["schemas"]
    for one in _objects(result):
        one.pop("x-spec-enum-id", None)  # for a hook of the library that names enumerations
    shapes["Problem"] = PROBLEM
    named = "; ".join(f"{status}: {TITLES[status][1]}" for status in ON_ALL)
    other = {"description": _("Any other error. %(named)s.") % {"named": named}, "content": CONTENT}
    other["headers"] = {**_headers(401), **_headers(503)}
    components["responses"] = {str(status): _problem(status) for status in TITLES if status not in ON_ALL}
    components["responses"][OTHERS] = other
    result["security"] = PEOPLE
    operations = [one for methods in result["paths"].values() for one in methods.values()]
    for operation in operations:
        for sent in operation.get("requestBody", {}).get("content", {}).values():
            shape = shapes[sent["schema"]["$ref"].rsplit("/", 1)[1]] if "$ref" in sent["schema"] else sent["schema"]
            if shape.get("required"):
                operation["requestBody"]["required"] = True
        for status, answer in operation["responses"].items():
            if "$ref" not in answer:
                answer["headers"] = {**_headers(int(status)), **answer.get("headers", {})}
        # Many wrong keys from one address are refused for a time.
        ways = operation.get("security", [])
        refused = ["429", OTHERS] if any(BEARER in way for way in ways) else [OTHERS]
        operation["responses"] |= {one: {"$ref": f"#/components/responses/{one}"} for one in refused}
        if ways == PEOPLE:
            del operation["security"]
    contents = [part["schema"] for one in operations for part in one.get("requestBody", {}).get("content", {}).values()]
    _share(components, "schemas", [(name, it, name) for it in _properties(contents) for name in it])
    _share(components, "requestBodies", [(one["operationId"], one, "requestBody") for one in operations])
    lists = [one.get("parameters", []) for one in operations]
    _share(components, "parameters", [(it[n]["name"], it, n) for it in lists for n in range(len(it))])
    answers = [one["responses"] for one in operations]
    sent = [it[status].get("headers", {}) for it in answers for status in it]
    _share(components, "headers", [(name, it, name) for it in sent for name in it])
    _share(
        components, "responses", [(f"{_shape_of(it[status])}{status}", it, status) for it in answers for status in it]
    )
    result["tags"] = [{"name": name, "description": str(title)} for name, title in GROUPS.items()]
    return result


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def _properties(schemas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["properties"] for one in schemas if "properties" in one]


def _shape_of(response: dict[str, Any]) -> str:
    """The name of the shape that a response contains, "Answer" if it has no name."""
    schemas = [one["schema"] for one in response.get("content", {}).values()]
    return str(schemas[0].get("$ref", "Answer")).rpartition("/")[2] if schemas else "Empty"


def _share(components: dict[str, Any], kind: str, places: list[tuple[str, Any, Any]]) -> None:
    """Moves each value that occurs in several places, each as (name, holder, key), to the components of a kind, and
    refers to it: the schema is a fifth as large. The first place gives the name."""
    found = defaultdict(list)
    for name, holder, key in places:
        if isinstance(holder, list) or key in holder:
            found[json.dumps(holder[key], sort_keys=True, default=str)].append((name, holder, key))
    shared = components.setdefault(kind, {})
    for text, same in found.items():
        name, holder, key = same[0]
        if len(same) == 1 or len(text) < 80:  # a reference would not be shorter
            continue
        number = next(n for n in count(1) if (name if n == 1 else f"{name}{n}") not in shared)
        name = name if number == 1 else f"{name}{number}"
        shared[name] = holder[key]
        for _name, holder, key in same:
            holder[key] = {"$ref": f"#/components/{kind}/{name}"}


def _problem(status: int) -> dict[str, Any]:
    return {"description": str(TITLES[status][1]), "headers": _headers(status), "content": CONTENT}


def _headers(status: int) -> dict[str, Any]:
    """The headers of every response, and those of this status."""
    trace = _("Give it when you ask about this request; it equals `trace_id` of an error response.")
    headers = {"X-Trace-Id": {"description": trace, "required": True, "schema": {"type": "string"}}}
    if status == 201:
        headers["Location"] = {"description": _("Where it can be read."), "schema": {"type": "string"}}
    if status == 401:
        headers["WWW-Authenticate"] = {"description": "Bearer", "schema": {"type": "string"}}
    if status in (409, 429, 503):
        wait = _("Seconds after which the same request may be sent again, where they are known.")
        headers["Retry-After"] = {"description": wait, "schema": {"type": "integer"}}
    return headers


@lru_cache
def text(language: str) -> str:
    """The whole contract in one language, as JSON. It changes only with the code, so a process makes it once."""
    with translation.override(language):
        generator: Any = SchemaGenerator  # untyped
        result = generator().get_schema(request=None, public=True)
        return json.dumps(result, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


@lru_cache
def document(language: str) -> dict[str, Any]:
    """The contract as an object."""
    shown: dict[str, Any] = json.loads(text(language))
    return shown
