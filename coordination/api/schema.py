"""The contract as OpenAPI 3.1, generated from views, workflow tables, action fields and filters."""

import json
from copy import copy
from functools import lru_cache
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter

from agencies.kernel.actor import Actor
from agencies.kernel.filtering import ListFilter
from agencies.kernel.paging import PAGE_SIZE
from agencies.kernel.problems import MEDIA_TYPE, TITLES
from agencies.machines.models import ApiKey

from . import idempotency, versions
from .groups import GROUPS
from .mapping import ExactSchema
from .schema_bodies import body_of
from .shapes import LateShape

ETAG_HEADER = {"description": 'Its version, such as "7".', "schema": {"type": "string"}}
ANY_MACHINE = Actor(kind="machine", id="", scopes=frozenset(ApiKey.Scope.values))
ON_ALL = (400, 401, 403, 406, 500, 503)
MOST_ROWS = 100  # of one page


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes `Authorization: Bearer KEY` in the contract."""

    target_class = "agencies.machines.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": _("A key created with create_api_client.")}


class ResourceSchema(ExactSchema):
    """Describes the operations of a view: `operations` has the name, summary and description of each method."""

    view: Any  # a ResourceView, which the library's types do not know
    answers_etag = False  # whether a GET answers with an ETag

    def get_tags(self) -> list[str]:
        return [self.view.resource]

    def get_operation_id(self) -> str:
        return f"{self.view.resource}_{self._verb()}"

    def _verb(self) -> str:
        return str(self.view.operations[self.method][0])

    def get_summary(self) -> str:
        return str(self.view.operations[self.method][1])

    def get_auth(self) -> list[dict[str, Any]]:
        """A key with the scope that the operation needs. Operations without a scope do not accept keys."""
        accepted: list[dict[str, Any]] = [one for one in super().get_auth() if "bearer" not in one]
        permission = self.view.permissions.get(self.method, self.view.permission)
        return [{"bearer": permission.name.split()}, *accepted] if permission.allows(ANY_MACHINE) else accepted

    def get_description(self) -> str:  # type: ignore[override]  # as in spectacular, whose own types disagree
        return str(self.view.operations[self.method][2])

    def get_request_serializer(self) -> Any:
        """The fields that an action asks for are translated, so they are not read before the schema is made."""
        asks = getattr(self.view, "asks", None)
        return {"application/json": body_of([asks])} if asks else super().get_request_serializer()

    def get_override_parameters(self) -> list[Any]:
        return list(self.view.parameters(self.method))

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Adds the headers for repeating a write safely, and their responses."""
        operation: Any = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        if self.method != "GET":
            _add_retry_headers(operation, self.view)
        if self.method == "POST" and getattr(self.view, "looks_up", False):
            operation["responses"]["404"] = _refusal(404)
        if self.answers_etag or getattr(self.view, "versioned", False):
            for status in {"200", "201"} & set(operation["responses"]):
                operation["responses"][status].setdefault("headers", {})["ETag"] = ETAG_HEADER
        return operation


class ListSchema(ResourceSchema):
    """A list: its filters, sort orders and pages."""

    def get_request_serializer(self) -> Any:
        return self.view.accepts if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        if self.method == "POST":
            return {201: self.view.answer}
        rows = self.resolve_serializer(self.view.row, "response").ref
        if self.view.listing.has_deadlines:
            rows = {"allOf": [rows, self.resolve_serializer(LateShape, "response").ref]}
        link = {"type": ["string", "null"], "format": "uri"}
        page = {"results": {"type": "array", "items": rows}, "next": link, "previous": link}
        return {200: {"type": "object", "properties": page, "required": list(page)}}


class DetailSchema(ResourceSchema):
    """One object, with the actions open to the caller and its links."""

    answers_etag = True

    def get_response_serializers(self) -> Any:
        shape = self.resolve_serializer(self.view.shape, "response").ref
        more = self.resolve_serializer(self.view.more, "response").ref
        return {200: {"allOf": [shape, more]}}


class VerbSchema(ResourceSchema):
    """One action: the text of its button, and its fields."""

    def _verb(self) -> str:
        return str(self.view.verb)

    def get_summary(self) -> str:
        return str(self.view.lines[0][0].labels[self.view.verb].button)

    def get_description(self) -> str:  # type: ignore[override]  # as in spectacular, whose own types disagree
        transitions = [
            _("%(table)s: from %(states)s to %(to)s.")
            % {"table": table.name, "states": ", ".join(sorted(line.sources)), "to": line.to or _("the same state")}
            for table, line in self.view.lines
        ]
        if self.view.asks_files:
            transitions.append(_("Send a form (multipart/form-data): the scan is sent as a file."))
        return "\n".join(transitions)

    def get_request_serializer(self) -> Any:
        sent = "multipart/form-data" if self.view.asks_files else "application/json"
        return {sent: body_of([line.all_fields() for _table, line in self.view.lines])}

    def get_response_serializers(self) -> Any:
        """201 if the action creates an object, which then has its own address."""
        return {200: self.view.answer, 201: self.view.answer}


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


def is_free_text(parameter: OpenApiParameter) -> bool:
    """Whether any text is a value of the parameter, also an empty one."""
    kind: Any = parameter.type
    if parameter.enum:
        return False
    return kind is str or (
        isinstance(kind, dict) and kind["type"] == "string" and not kind.keys() & {"format", "minLength"}
    )


def filter_parameters(filters: type[ListFilter]) -> list[OpenApiParameter]:
    """One parameter for each filter of a list."""
    # On a copy: a filter keeps the field that it made first, and there is no reader here.
    return [_filter_parameter(name, copy(one).field) for name, one in filters.base_filters.items()]


def _filter_parameter(name: str, field: forms.Field) -> OpenApiParameter:
    if isinstance(field, forms.ModelChoiceField) and field.to_field_name is None:
        return OpenApiParameter(name, {"type": "string", "format": "uuid"}, description=str(field.label))
    if isinstance(field, forms.ModelChoiceField):
        code = {"type": "string", "minLength": 1}
        return OpenApiParameter(name, code, description=_("%(label)s (code)") % {"label": field.label})
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        codes = [str(code) for code, _label in offered if code not in ("", None)]
        many = isinstance(field, forms.MultipleChoiceField)
        return OpenApiParameter(name, str, enum=codes, many=many, description=str(field.label))
    kinds: dict[type[forms.Field], Any] = {
        forms.DateField: {"type": "string", "format": "date"},
        forms.UUIDField: {"type": "string", "format": "uuid"},
    }
    kind = next((schema for of, schema in kinds.items() if isinstance(field, of)), {"type": "string"})
    return OpenApiParameter(name, kind, description=str(field.label))


# Common to all operations --------------------------------------------------------------------------------------------
def _add_retry_headers(operation: dict[str, Any], view: Any) -> None:
    again = _("A repeat with the same key within 72 hours is not executed again; its response has %(header)s: true.")
    _add_header(
        operation,
        idempotency.HEADER,
        again % {"header": idempotency.REPLAYED},
        {"type": "string", "pattern": idempotency.PATTERN, "minLength": 1, "maxLength": idempotency.LONGEST},
    )
    statuses = [] if view.harmless else [409, 422]
    if view.versioned:
        read = _("The ETag of the version that was read, such as %(example)s; or send “version” in the body.")
        _add_header(
            operation, versions.HEADER, read % {"example": '"7"'}, {"type": "string", "pattern": versions.PATTERN}
        )
        statuses += [412, 428]
    for status in statuses:
        operation["responses"][str(status)] = _refusal(status)


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


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing: the error responses of every operation, and which of them need a body."""
    shapes = result["components"]["schemas"]
    shapes["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for sent in operation.get("requestBody", {}).get("content", {}).values():
                shape = shapes[sent["schema"]["$ref"].rsplit("/", 1)[1]] if "$ref" in sent["schema"] else sent["schema"]
                if shape.get("required"):
                    operation["requestBody"]["required"] = True
            for status in _refusals(path, method, operation):
                operation["responses"][str(status)] = _refusal(status)
            for status, answer in operation["responses"].items():
                answer["headers"] = {**_headers(int(status)), **answer.get("headers", {})}
    result["tags"] = [{"name": name, "description": str(title)} for name, title in GROUPS.items()]
    return result


def _refusals(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The possible errors of an operation, no more and no fewer, so that a client need not handle what never
    happens."""
    found = {*ON_ALL}
    if "{" in path:
        found.add(404)
    if "requestBody" in operation:
        found.add(413)
    if method == "post":
        found.add(415)
    if method == "post" and not path.endswith("/preview/"):
        found.add(409)
    if any(BearerScheme.name in ways for ways in operation.get("security", [])):
        found.add(429)  # after many wrong keys from one address
    return sorted(found)


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": str(TITLES[status][1]), "content": {MEDIA_TYPE: {"schema": schema}}}


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


@lru_cache(maxsize=4)
def document(language: str) -> dict[str, Any]:
    """The whole contract in one language. It changes only with the code, so a process generates it once."""
    with translation.override(language):
        generator: Any = SchemaGenerator  # untyped
        text = json.dumps(generator().get_schema(request=None, public=True), cls=DjangoJSONEncoder)
        drawn: dict[str, Any] = json.loads(text)
        return drawn
