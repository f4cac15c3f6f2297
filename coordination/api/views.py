"""Lists, details and actions of every resource, one class each: differences between resources are in tables."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.journal.transitions import describe_last_event
from agencies.kernel import times
from agencies.kernel.errors import EncodedBody, Invalid
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.json_input import unreadable_text
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, Permission, actor_of
from agencies.kernel.problems import escaped, etag
from agencies.kernel.resource import RESOURCES, Listing, Resource, resource_of
from agencies.kernel.workflow import Transition, Workflow
from coordination.actions.performing import Undo, perform
from coordination.actions.undo import SECONDS, answers_of, is_open_to
from coordination.config.upload_scanning import scan_files_of
from coordination.workspace.lateness import causes_of

from . import shapes
from .idempotency import REPLAYED, answer_once, key_of
from .inputs import paged, refuse_empty, refuse_unknown, size_of, thing_url
from .operations import OPERATIONS, Call, Operation
from .schema import (
    DetailSchema,
    ListSchema,
    ResourceSchema,
    VerbSchema,
    filter_parameters,
    is_free_text,
    paging,
)
from .versions import require_version

SAFE = ("GET", "HEAD", "OPTIONS")


class ApiView(APIView):
    """Base of every API view. `operations` are those of its address by method; `permissions` are theirs."""

    permission: Permission
    permissions: dict[str, Permission] = {}
    schema = ResourceSchema()
    operations: dict[str, Operation] = {}
    resource = ""
    is_replay = False
    http_method_names = ["get", "head", "post"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keeps Django's request: middleware reads the actor of it after the answer."""
        super().setup(request, *args, **kwargs)
        self.received = request

    @property
    def operation(self) -> Operation | None:
        """That of the request; None for a method that the address does not have."""
        return self.operations.get("GET" if self.request.method == "HEAD" else self.request.method or "")

    @property
    def files(self) -> tuple[str, ...]:
        """The media types of files that it answers."""
        return self.operation.files if self.operation else ()

    def get_parsers(self) -> list[Any]:
        if any(one.form for one in self.operations.values()):
            return [MultiPartParser()]
        return super().get_parsers()

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        """The accepted query parameters of a method, as in the schema; all others are refused."""
        return self.operations[method].parameters if method in self.operations else ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Every write with an idempotency key goes through `answer_once`. A view is created for each request."""
        super().initial(request, *args, **kwargs)
        self.received.actor = actor_of(request)  # type: ignore[attr-defined]  # ours
        if request.query_params:
            self.check_parameters(request)
        if request.method in SAFE:
            return
        _refuse_encoded(request)
        if any(isinstance(parser, MultiPartParser) for parser in request.parsers or ()):
            scan_files_of(request, actor_of(request))
        key, method = key_of(request), str(request.method).lower()
        if key and self.operation and not self.operation.harmless:
            setattr(self, method, partial(answer_once, self, getattr(self, method), key))

    def check_parameters(self, request: Request) -> None:
        """Raises Invalid for an unknown parameter, one given twice, an empty value where not any text is one, or a
        value that is not among the listed ones."""
        query = request.query_params
        known = self.parameters("GET" if request.method == "HEAD" else request.method or "")
        refuse_unknown(query, [one.name for one in known])
        refuse_empty(query, [one.name for one in known if not is_free_text(one)])
        refuse_repeated(query, [one.name for one in known if one.many])
        for one in known:
            if one.enum and one.name in query and query[one.name] not in one.enum:
                detail = _("Choose one of: %(names)s.") % {"names": ", ".join(map(str, one.enum))}
                raise Invalid.field(one.name, "choice", detail)
        if "size" in query:
            size_of(request)

    def made_by(self, response: Any) -> list[str]:
        """What is stored of an answer, for `again`: ids, never contents."""
        return [str(response.data["id"])]

    def again(self, request: Request, made: list[str], **path: Any) -> HttpResponseBase:
        """The answer to a repeat, with what the caller may see now. Raises Http404 if that is nothing."""
        raise NotImplementedError(f"{type(self).__name__} writes without defining its answer to a repeat")

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.is_replay:
            response[REPLAYED] = "true"
        return super().finalize_response(request, response, *args, **kwargs)


def _refuse_encoded(request: Request) -> None:
    """A small compressed body may expand to many gigabytes; reports are small enough without compression."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise EncodedBody(_("Compressed bodies are not accepted: send it without Content-Encoding."))


class OperationView(ApiView):
    """The declared operations of one address."""

    made: Sequence[Any] = ()

    def read(self, request: Request, **path: Any) -> Any:
        operation = self.operations["GET"]
        call = Call(request, operation.accepts)
        return _answered(operation, call, operation.do(call, **path))

    def write(self, request: Request, **path: Any) -> Any:
        operation = self.operations["POST"]
        call = Call(request, operation.accepts)
        found = operation.do(call, **path)
        if operation.then is None:
            return _answered(operation, call, found)
        self.made = [str(pk) for pk in found]
        return self._made(operation, call, self.made)

    def made_by(self, response: Any) -> list[str]:
        return list(self.made)

    def again(self, request: Request, made: list[str], **path: Any) -> Any:
        operation = self.operations["POST"]
        return self._made(operation, Call(request, operation.accepts), made)

    def _made(self, operation: Operation, call: Call, made: list[str]) -> Any:
        response = _answered(operation, call, operation.then(call, made))
        response.status_code = call.status or operation.statuses[-1]
        return response


def _answered(operation: Operation, call: Call, found: Any) -> Any:
    """The response with the data in the shape of the operation; a response of its own is kept."""
    if not isinstance(found, HttpResponseBase):
        shape: Any = operation.answers
        if isinstance(shape, list):
            found = shape[0](found, many=True).data
        elif isinstance(shape, type):
            found = shape(found).data
        found = Response(found)
    for name, value in call.headers.items():
        found[name] = value
    return found


class ResourceView(ApiView):
    """A view of one resource of the register, given when the route is declared."""

    permission = CASE_READER

    @property
    def registered(self) -> Resource:
        return RESOURCES[self.resource]


class ListView(ResourceView, OperationView):
    """One page of what the caller may see."""

    operations = {
        "GET": Operation(
            "list",
            gettext_lazy("List"),
            gettext_lazy("One page of what the caller may see, with the same filters as the list page."),
        )
    }
    schema = ListSchema()

    @property
    def listing(self) -> Listing:
        listing = self.registered.listing
        if listing is None:
            raise Http404
        return listing

    @property
    def row(self) -> Any:
        return shapes.row_of(self.registered)

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        if method != "GET":
            return ()
        sorts = [sign + name for name in self.listing.sorts for sign in ("", "-")]
        return [
            *filter_parameters(self.listing.filters),
            OpenApiParameter("sort", str, enum=sorts, description=_("“-” reverses the order.")),
            *paging(back=True),
        ]

    def check_parameters(self, request: Request) -> None:
        """Like the base class, without building the schema for each request. The filters check their values; they
        ignore empty ones, because a form of a page sends all its fields."""
        reads, filters = request.method in ("GET", "HEAD"), self.listing.filters.base_filters
        refuse_unknown(request.query_params, [*filters, "sort", "size", "after", "before"] if reads else [])
        texts = [name for name, one in filters.items() if isinstance(one, django_filters.CharFilter)]
        refuse_empty(request.query_params, [*(filters.keys() - texts), "sort", "size"])
        several = [name for name, one in filters.items() if isinstance(one, django_filters.MultipleChoiceFilter)]
        refuse_repeated(request.query_params, several)

    def get(self, request: Request) -> Response:
        actor, listing = actor_of(request), self.listing
        # all deadlines of the agency's rows, not only those of the page
        rows = self.registered.model.objects.visible_to(actor)
        cut: QuerySet[Any] = listing.filters(request.query_params, rows, actor=actor).qs
        page = page_of(
            listing.loaded(cut, actor),
            request.query_params,
            sorts=listing.sorts,
            default=listing.default,
            size=size_of(request),
        )
        results = shapes.answer_of(self.registered, page.items, actor, self.row)
        if listing.has_deadlines:
            why = causes_of(page.items, actor)
            late = [{"late_because": why.get(thing.pk, "")} for thing in page.items]
            results = [{**row, **more} for row, more in zip(results, late, strict=True)]
        return Response(paged(request, page, results))


class DetailView(ResourceView):
    """One object, with the actions open to the caller."""

    operations = {
        "GET": Operation(
            "read",
            gettext_lazy("Read one"),
            gettext_lazy("One object, with the actions available to the caller."),
            tagged=True,
        )
    }
    schema = DetailSchema()
    more = shapes.DetailShape

    @property
    def shape(self) -> Any:
        return shapes.detail_of(self.registered)

    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        thing = self.registered.find(actor, pk, loaded=True)
        [data] = shapes.answer_of(self.registered, [thing], actor, self.shape)
        data |= {"verbs": self._verbs(actor, thing), "links": self._links(thing)}
        return Response(data, headers={"ETag": etag(thing.version)})

    def _verbs(self, actor: Any, thing: Any) -> list[dict[str, str]]:
        return [
            {
                "verb": button.verb,
                "words": str(button.words.button),
                "url": reverse(f"api-{self.resource}-{button.verb}", args=[thing.pk]),
            }
            for button in self.registered.buttons(actor, thing)
        ]

    def _links(self, thing: Any) -> dict[str, str]:
        verbs = reverse(f"api-{self.resource}-verbs", args=[thing.pk])
        links = {"self": thing_url(thing), "page": self.registered.url(thing), "verbs": verbs}
        if self.resource == "cases":
            links |= {name: f"{reverse(f'api-{name}')}?case={thing.pk}" for name in _on_case()}
        if f"{self.resource}/<uuid:pk>/file/" in OPERATIONS:
            links["file"] = reverse(f"api-{self.resource}-file", args=[thing.pk])
        return links


class VerbView(ResourceView):
    """Performs one action of a workflow table, like the button on the page."""

    schema = VerbSchema()
    operations = {"POST": Operation("", "", statuses=(200, 201), answers=shapes.DoneShape, versioned=True)}
    verb = ""

    @property
    def lines(self) -> list[tuple[Workflow, Transition]]:
        """The action's entry in each table of the resource that has it."""
        return [
            (table, table.transitions[self.verb])
            for table in self.registered.workflows
            if self.verb in table.transitions
        ]

    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        thing = self.registered.find(actor, pk)
        self.registered.require_actor(actor, thing, self.verb)
        given, files = self._given(request)
        changed_by = partial(describe_last_event, self.registered.kind, thing.pk)
        named = partial(require_version, request, given, thing.version, changed_by=changed_by)
        sent = {"version": thing.version} | given
        done = perform(self.registered, actor, thing, self.verb, sent, files=files, strict=True, precondition=named)
        answer = self._done(request, done.thing, done.created)
        if done.undo is not None and is_open_to(self.registered, actor, done.thing, done.undo):
            until, answers = times.now() + timedelta(seconds=SECONDS), self._asked_by(done.undo, done.thing)
            answer.data["undo"] = {"action": done.undo[0], "answers": answers, "until": until}
        return answer

    def _asked_by(self, undo: Undo, thing: Any) -> dict[str, str]:
        fields = {field.name for field in self.registered.workflow_of(thing).transitions[undo[0]].fields}
        return {name: value for name, value in answers_of(undo).items() if name in fields}

    def made_by(self, response: Response) -> list[str]:
        created = response.data.get("created")
        return [created["resource"], str(created["id"])] if created else []

    def again(self, request: Request, made: list[str], *, pk: UUID) -> Response:  # type: ignore[override]  # its path
        actor, created = actor_of(request), None
        if made:
            created = RESOURCES[made[0]].model.objects.visible_to(actor).filter(pk=made[1]).first()
        return self._done(request, self.registered.find(actor, pk), created)

    def _done(self, request: Request, thing: Any, created: Any) -> Response:
        answer: dict[str, Any] = {"id": thing.pk, "state": thing.state, "version": thing.version}
        headers = {"ETag": etag(thing.version)}
        if created is None:
            return Response(answer, headers=headers)
        where = thing_url(created)
        answer["created"] = {"resource": resource_of(created).name, "id": created.pk, "url": where}
        return Response(answer, status=201, headers={**headers, "Location": request.build_absolute_uri(where)})

    @property
    def asks_files(self) -> bool:
        return any(ask.kind == "file" for _table, line in self.lines for ask in line.fields)

    def get_parsers(self) -> list[Any]:
        """An action with a file accepts only a form (multipart/form-data), all others only JSON."""
        return [MultiPartParser()] if self.verb and self.asks_files else super().get_parsers()

    def _given(self, request: Request) -> tuple[dict[str, Any], Any]:
        data: Any = request.data  # an object: the parser refuses everything else
        if not self.asks_files:
            return {name: value for name, value in data.items() if value is not None}, None
        files = request.FILES
        kinds = {ask.name: ask.kind for _table, line in self.lines for ask in line.all_fields()}
        # A request without a body has no Content-Type, and then DRF gives a dict.
        texts = {name: values for name, values in data.lists() if name not in files} if data else {}
        wrong = (unreadable_text(f"/{escaped(name)}", text) for name, values in texts.items() for text in values)
        if errors := [error for error in wrong if error]:
            raise Invalid(errors)
        return {name: of_form(kinds.get(name, "text"), values) for name, values in texts.items()}, files


def of_form(kind: str, values: list[Any]) -> Any:
    """The value of a form's text: forms have no numbers and no booleans."""
    if kind == "choices":
        return values
    value = values[-1]
    if kind == "bool":
        return {"true": True, "false": False}.get(value, value)
    return int(value) if kind == "number" and value.isascii() and value.isdigit() and len(value) < 10 else value


def _on_case() -> list[str]:
    """The lists that can be limited to a case."""
    listings = {name: resource.listing for name, resource in RESOURCES.items() if resource.listing}
    return [name for name, listing in listings.items() if "case" in listing.filters.base_filters]


def view_of(address: str, base: type[OperationView]) -> Any:
    """The view of the operations declared at an address; that of a list has its own GET."""
    resource, declared = address.partition("/")[0], OPERATIONS.get(address, {})
    handlers = {"GET": ("get", OperationView.read), "POST": ("post", OperationView.write)}
    permissions = {method: one.permission for method, one in declared.items()}
    own = {"GET": RESOURCES[resource].permission} if base is ListView else {}
    callers = [one.callers for one in declared.values() if one.callers]
    tags = [one.tag for one in declared.values() if one.tag]
    view: Any = type(
        base.__name__,
        (base,),
        {
            "operations": base.operations | declared,
            "permission": next(iter([*callers, *own.values(), *permissions.values()])),
            "permissions": permissions | own,
            "resource": tags[0] if tags else resource,
            **dict(handlers[method] for method in declared),
        },
    )
    return view.as_view()
