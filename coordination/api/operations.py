"""Operations that the register does not have: each is a function with its texts, permission, input and answer.

`urls` makes one view for each address. The schema is made of the same declarations.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.journal.digests import content_digest
from agencies.kernel.action_fields import ActionField
from agencies.kernel.filtering import start_of
from agencies.kernel.paging import Page
from agencies.kernel.permissions import CASE_READER, Permission, actor_of
from agencies.kernel.problems import etag
from agencies.kernel.resource import RESOURCES
from agencies.kernel.strict import StrictQuery
from agencies.kernel.texts import Text
from agencies.machines.models import ApiKey
from coordination.actions.performing import ActionResult

from .inputs import next_url, size_of, thing_url, validated
from .versions import tag_of_content


@dataclass(frozen=True)
class Deprecation:
    """An operation that ends: `since` when it is deprecated (RFC 9745), and the day on which it ends (RFC 8594).
    `instead` is the address of the page that names what replaces it."""

    since: date
    until: date
    instead: str = "/api/docs/#versions"

    @property
    def headers(self) -> dict[str, str]:
        since, until = (int(start_of(day).timestamp()) for day in (self.since, self.until))
        return {
            "Deprecation": f"@{since}",
            "Sunset": http_date(until),
            "Link": f'<{self.instead}>; rel="deprecation"',
        }


@dataclass(frozen=True)
class Operation:
    """What one method of an address does, and how the schema describes it.

    `do(call, **path)` performs it and returns the data, or a response. A write returns the ids of what it made; then
    `then(call, *ids)` returns the data, also when the request is repeated. `then` has no effects. `is_action`: `do`
    returns the arguments of `perform`, which the view calls.

    `accepts` and `answers` are shapes, `[shape]` for a list, or a schema for data that is answered as it is.
    `describes(schema)` returns the schema of an answer that has several shapes. `asks` are the fields of its body where
    they are those of an action, in each workflow that has it. `query` are the accepted query parameters, or a function
    that returns them; `check(request, **path)` checks them in another way than by this declaration. `statuses` are
    those of success, the last one that of a write. `tag` is its group, by default the first part of the address.
    `callers` may call the address at all, by default those of `permission`.

    `harmless`: a POST without effects, such as a calculation; it needs no idempotency key. `versioned`: it requires the
    version of the object that was read; `matches`: it observes `If-Match` if it is sent. `tagged`: its answer has an
    ETag; `conditional`: the same, and it observes `If-None-Match`. `files` are the media types of the files that it
    answers, besides `answers` if there are; `form`: it accepts a form (multipart/form-data). `parsers` read its body
    where that is not one JSON object; they also unpack it. `deprecation`: it will end.
    """

    name: str
    summary: Text
    description: Text = ""
    permission: Permission = CASE_READER
    answers: Any = None
    accepts: Any = None
    do: Any = None
    then: Any = None
    query: Sequence[OpenApiParameter] | Callable[[], Sequence[OpenApiParameter]] = ()
    check: Callable[..., None] | None = None
    describes: Callable[[Any], Any] | None = None
    asks: Sequence[tuple[ActionField, ...]] = ()
    statuses: tuple[int, ...] = (200,)
    examples: Sequence[OpenApiExample] = ()
    tag: str = ""
    callers: Permission | None = None
    files: tuple[str, ...] = ()
    is_action: bool = False
    harmless: bool = False
    versioned: bool = False
    matches: bool = False
    tagged: bool = False
    conditional: bool = False
    form: bool = False
    parsers: tuple[type[BaseParser], ...] = ()
    deprecation: Deprecation | None = None

    @property
    def parameters(self) -> Sequence[OpenApiParameter]:
        return self.query() if callable(self.query) else self.query


Do = Callable[..., Any]
OPERATIONS: dict[str, dict[str, Operation]] = defaultdict(dict)  # address → method → operation


def get(address: str, *texts: Any, **more: Any) -> Callable[[Do], Do]:
    """Declares the function as the GET of an address: name, summary and description, and the fields of `Operation`."""
    return _declared("GET", address, texts, more)


def post(address: str, *texts: Any, **more: Any) -> Callable[[Do], Do]:
    """Declares the function as the POST of an address, like `get`."""
    return _declared("POST", address, texts, more)


def _declared(method: str, address: str, texts: Sequence[Any], more: dict[str, Any]) -> Callable[[Do], Do]:
    def declare(do: Do) -> Do:
        OPERATIONS[address][method] = Operation(*texts, **(more | {"do": do}))
        return do

    return declare


def is_test(request: Any) -> bool:
    """Whether the caller sent a test key."""
    key = getattr(request, "auth", None)
    return isinstance(key, ApiKey) and key.is_test


class Call:
    """One request of a declared operation. `path` are the values in its address, `headers` are added to the answer;
    `once` is what only the first answer contains, such as a secret; `done` is the result of an action, the first time;
    `status` replaces the declared one.
    """

    def __init__(self, request: Request, accepts: Any, path: dict[str, Any]) -> None:
        self.path = path
        self.request, self.actor, self.query, self.accepts = request, actor_of(request), request.query_params, accepts
        self.headers: dict[str, str] = {}
        self.once: dict[str, Any] = {}
        self.done: ActionResult | None = None
        self.status: int | None = None

    @cached_property
    def given(self) -> dict[str, Any]:
        """The validated body. Raises Invalid with every bad field."""
        return validated(self.accepts, self.request)

    def asked(self, shape: type[StrictQuery]) -> dict[str, Any]:
        """The validated query parameters. Raises Invalid."""
        serializer = shape(data=self.query.dict())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @property
    def answers(self) -> dict[str, Any]:
        """The body of an operation with `asks`, without its null values."""
        data: Any = self.request.data
        return {name: value for name, value in data.items() if value is not None}

    @property
    def size(self) -> int:
        """Rows per page. Raises Invalid."""
        return size_of(self.request)

    def paged(self, page: Page, results: Any, **more: Any) -> dict[str, Any]:
        """The data of a page; a shape without `previous` shows only the way forwards."""
        neighbours = {"next": {"after": page.next}, "previous": {"before": page.previous}}
        return {"results": results, **{name: next_url(self.request, **to) for name, to in neighbours.items()}, **more}

    def find(self, resource: str, pk: UUID | str, *, loaded: bool = False) -> Any:
        """Raises Http404 for an object that the caller may not see."""
        return RESOURCES[resource].find(self.actor, UUID(str(pk)), loaded=loaded)

    def tag(self, version: int) -> None:
        """Adds the ETag of a version."""
        self.headers["ETag"] = etag(version)

    def unless_known(self, data: Any, *, revision: int | None = None) -> Any:
        """The data with an ETag of its content, after that of its revision; 304 if the caller has it already."""
        tag = f'"{content_digest(data)}"' if revision is None else tag_of_content(revision, content_digest(data))
        return get_conditional_response(self.request, tag, None, Response(data, headers={"ETag": tag}))

    def locate(self, thing: Any) -> None:
        """Adds the address of an object that was made."""
        self.headers["Location"] = self.request.build_absolute_uri(thing_url(thing))
