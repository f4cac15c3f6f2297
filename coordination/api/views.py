"""Lists, details and actions of every resource, one class each: differences between resources are in tables."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.journal.transitions import describe_last_event
from agencies.kernel import times
from agencies.kernel.errors import EncodedBody, FieldError, Invalid
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.json_input import unreadable_text
from agencies.kernel.paging import PAGE_SIZE, Page, page_of
from agencies.kernel.permissions import CASE_READER, Permission, actor_of
from agencies.kernel.problems import escaped, etag
from agencies.kernel.resource import RESOURCES, Listing, Resource, resource_of
from agencies.kernel.strict import Strict
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Transition, Workflow
from cases.files.kinds import MEDIA_TYPES
from cases.files.views import content_response
from cases.papers.files import KINDS, scan_response
from coordination.actions.correcting import ASKS, propose
from coordination.actions.performing import Undo, perform
from coordination.actions.undo import SECONDS, answers_of, is_open_to
from coordination.config.upload_scanning import scan_files_of
from coordination.workspace.lateness import causes_of

from . import shapes
from .idempotency import REPLAYED, answer_once, key_of
from .schema import (
    MOST_ROWS,
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


HANG_ON_CASE = (
    *("proceedings", "referrals", "tasks", "notes", "lots", "incoming", "papers", "instructions", "opinion-rounds"),
    *("conferences", "files"),
)


WITH_FILE = ("incoming", "files")


class ApiView(APIView):
    """Base of every API view. Each declares its `policy`; `policies` may narrow it by method.

    `operations` are name, summary and description of each method in the contract. `harmless`: a POST without effects,
    such as a calculation; it needs no idempotency key. `versioned`: a POST that requires the version of the object that
    was read. `asks`: the fields of its body, where they are those of an action.
    """

    permission: Permission
    permissions: dict[str, Permission] = {}
    schema = ResourceSchema()
    operations: dict[str, tuple[str, Text, Text]] = {}
    query: Sequence[OpenApiParameter] = ()  # the query parameters of a GET
    files: tuple[str, ...] = ()  # media types of the files that it answers
    looks_up = False  # its body names something that may be invisible to the caller, which is then 404
    harmless = False
    versioned = False
    is_replay = False
    http_method_names = ["get", "head", "post"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keeps Django's request: middleware reads the actor of it after the answer."""
        super().setup(request, *args, **kwargs)
        self.received = request

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        """The accepted query parameters of a method, as in the schema; all others are refused."""
        return self.query if method == "GET" else ()

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
        if key and not self.harmless and hasattr(self, method):
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

    def made_by(self, response: Response) -> list[str]:
        """What is stored of an answer, for `again`: ids, never contents."""
        return [str(response.data["id"])]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
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


class ResourceView(ApiView):
    """A view of one resource of the register, given when the route is declared."""

    permission = CASE_READER
    resource = ""

    @property
    def registered(self) -> Resource:
        return RESOURCES[self.resource]


class ListView(ResourceView):
    """One page of what the caller may see."""

    operations = {
        "GET": (
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


class AddingView(ListView):
    """A list to which a POST adds an object. A repeat is answered with the object as it is then."""

    accepts: type[Strict]

    @property
    def answer(self) -> Any:
        """The shape of the object that was added."""
        return self.row

    add: Callable[..., Any]

    def post(self, request: Request) -> Response:
        made = self.add(actor=actor_of(request), **validated(self.accepts, request))
        return self.again(request, [str(made.pk)])

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        actor = actor_of(request)
        thing = self.registered.find(actor, UUID(made[0]), loaded=True)
        [data] = shapes.answer_of(self.registered, [thing], actor, self.answer)
        return created(request, thing, data)


class DetailView(ResourceView):
    """One object, with the actions open to the caller."""

    operations = {
        "GET": ("read", gettext_lazy("Read one"), gettext_lazy("One object, with the actions available to the caller."))
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
            links |= {name: f"{reverse(f'api-{name}')}?case={thing.pk}" for name in HANG_ON_CASE}
        if self.resource in WITH_FILE:
            links["file"] = reverse(f"api-{self.resource}-file", args=[thing.pk])
        return links


class VerbView(ResourceView):
    """Performs one action of a workflow table, like the button on the page."""

    schema = VerbSchema()
    answer = shapes.DoneShape
    versioned = True
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
        require_version(
            request, given, thing.version, changed_by=partial(describe_last_event, self.registered.kind, thing.pk)
        )
        given.setdefault("version", thing.version)
        done = perform(self.registered, actor, thing, self.verb, given, files=files, strict=True)
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

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
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


class FileView(ResourceView):
    """The scan of a paper, as it was received or filed."""

    resource = "incoming"
    operations = {"GET": ("file", gettext_lazy("Read the scan"), gettext_lazy("The scan as received, for download."))}
    files = tuple(KINDS)

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in KINDS})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        return scan_response(self.registered.find(actor_of(request), pk))


class AttachedFileView(FileView):
    resource = "files"
    operations = {
        "GET": ("file", gettext_lazy("Read the scan"), gettext_lazy("The file as it was attached, for download."))
    }
    files = MEDIA_TYPES

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in KINDS})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        return content_response(self.registered.find(actor_of(request), pk))


class CorrectView(ResourceView):
    """Proposes to correct a record of an object."""

    operations = {
        "POST": (
            "correct",
            gettext_lazy("Correct or annul a record"),
            gettext_lazy("Proposes a correction of a record of the caller's agency; a second person confirms it."),
        )
    }
    asks = ASKS
    answer = shapes.row_of(RESOURCES["corrections"])

    @extend_schema(responses={201: answer})
    def post(self, request: Request, pk: UUID) -> Response:
        data: Any = request.data
        given = {name: value for name, value in data.items() if value is not None}
        _form, made = propose(self.resource, pk, actor_of(request), given, strict=True)
        return created(request, made, self.answer(made).data)

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        return Response(self.answer(RESOURCES["corrections"].find(actor_of(request), UUID(made[0]))).data)


def thing_url(thing: Any) -> str:
    return reverse(f"api-{resource_of(thing).name}-one", args=[thing.pk])


def created(request: Request, thing: Any, data: Any, **headers: str) -> Response:
    """The answer to a request that created an object."""
    where = request.build_absolute_uri(thing_url(thing))
    return Response(data, status=201, headers={"Location": where, **headers})


def validated(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The validated body. Raises Invalid with every bad field."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def size_of(request: Request) -> int:
    size = request.query_params.get("size", str(PAGE_SIZE))
    if not (size.isascii() and size.isdigit() and len(size) <= len(str(MOST_ROWS)) and 1 <= int(size) <= MOST_ROWS):
        raise Invalid.field("size", "range", _("Ask for 1 to %(most)s rows.") % {"most": MOST_ROWS})
    return int(size)


def refuse_unknown(query: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raises Invalid with every query parameter that is not `known`: ignoring one would mean a wider answer, or an
    action that was not requested."""
    if strange := sorted(set(query) - set(known)):
        names = ", ".join(sorted(known)) or _("none")
        detail = _("Unknown query parameter. This operation accepts: %(known)s.") % {"known": names}
        raise Invalid(FieldError(f"/{escaped(name)}", "unknown_parameter", detail) for name in strange)


def refuse_empty(query: QueryDict, names: Sequence[str]) -> None:
    """Raises Invalid with every query parameter of `names` that has an empty value: to ignore it would mean a wider
    answer than requested."""
    if empty := sorted(name for name in names if "" in query.getlist(name)):
        detail = _("Give a value, or leave the parameter out.")
        raise Invalid(FieldError(f"/{escaped(name)}", "blank", detail) for name in empty)


def paged(request: Request, page: Page, results: Any) -> dict[str, Any]:
    """What a page of a list that can be read in both directions answers."""
    following, previous = next_url(request, after=page.next), next_url(request, before=page.previous)
    return {"results": results, "next": following, "previous": previous}


def next_url(request: Request, **cursor: str) -> str | None:
    """The full address of a neighbouring page with the same filters; None if there is none."""
    if not any(cursor.values()):
        return None
    kept = [(k, v) for k, values in request.query_params.lists() if k not in ("after", "before") for v in values]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, *cursor.items()])}")
