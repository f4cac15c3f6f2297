"""Lists, details and verbs of every noun, each one class: what differs between nouns stands in tables."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from agencies.journal.transitions import describe_last_event
from agencies.kernel.errors import EncodedBody, FieldError, Invalid
from agencies.kernel.json_input import drain, unreadable_text
from agencies.kernel.paging import PAGE_SIZE, page_of
from agencies.kernel.permissions import CASE_READER, Permission, actor_of
from agencies.kernel.problems import escaped, etag
from agencies.kernel.resource import RESOURCES, Listing, Resource, resource_of
from agencies.kernel.strict import Strict
from agencies.kernel.workflow import Text, Transition, Workflow
from cases.papers.files import KINDS, scan_response
from coordination.actions.correcting import propose
from coordination.actions.performing import perform
from coordination.config.upload_scanning import scan_files_of

from . import shapes
from .idempotency import REPLAYED, answer_once, key_of
from .schema import (
    MOST_ROWS,
    CorrectSchema,
    DetailSchema,
    FileSchema,
    ListSchema,
    VerbSchema,
    filter_parameters,
    paging,
)
from .versions import require_version

SAFE = ("GET", "HEAD", "OPTIONS")


HANG_ON_CASE = (
    *("proceedings", "referrals", "tasks", "notes", "lots", "incoming", "papers", "instructions", "opinion-rounds"),
    "conferences",
)


class ApiView(APIView):
    """Base of every view of the API. Each declares its `policy`; `policies` may narrow it by method.

    `told` is what the contract says of a method, in the reader's language. `harmless`: a POST that may be done again
    whenever it is sent again, as a calculation may; it needs no idempotency key. `versioned`: a POST that asks which
    version of the thing was read.
    """

    permission: Permission
    permissions: dict[str, Permission] = {}
    told: dict[str, Text] = {}
    files: tuple[str, ...] = ()  # media types of the files that it answers
    looks_up = False  # its body names something that may be out of the caller's sight, which is then 404
    harmless = False
    versioned = False
    is_replay = False
    http_method_names = ["get", "head", "post"]

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        """What the query string of a method may hold: told in the schema, and everything else is refused."""
        return ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Every write with an idempotency key goes through `answer_once`. A view is made anew for each request."""
        super().initial(request, *args, **kwargs)
        if request.query_params:
            self.check_parameters(request)
        if request.method in SAFE:
            return
        _refuse_encoded(request)
        if any(isinstance(parser, MultiPartParser) for parser in request.parsers or ()):
            scan_files_of(request, actor_of(request))
        key, method = key_of(request), str(request.method).lower()
        if key and not self.harmless and method in self.http_method_names:
            setattr(self, method, partial(answer_once, self, getattr(self, method), key))

    def check_parameters(self, request: Request) -> None:
        """Raises Invalid for a parameter that is unknown, or for a value that is not one of those that are told."""
        asked = request.query_params
        known = self.parameters("GET" if request.method == "HEAD" else request.method or "")
        refuse_unknown(asked, [one.name for one in known])
        for one in known:
            if one.enum and one.name in asked and asked[one.name] not in one.enum:
                detail = _("Choose one of: %(names)s.") % {"names": ", ".join(map(str, one.enum))}
                raise Invalid.field(one.name, "choice", detail)
        if "size" in asked:
            size_of(request)

    def made_by(self, response: Response) -> list[str]:
        """What is kept of an answer, for `again`: ids, never contents."""
        return [str(response.data["id"])]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        """The answer to a repeat, of what the caller may see now. Raises Http404 for what is out of their sight."""
        raise NotImplementedError(f"{type(self).__name__} writes and does not say how it answers a repeat")

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if response.status_code >= 400:
            drain(getattr(request, "_request", request))
        if self.is_replay:
            response[REPLAYED] = "true"
        return super().finalize_response(request, response, *args, **kwargs)


def _refuse_encoded(request: Request) -> None:
    """A small compressed body may stand for one of many gigabytes; reports are small enough as they are."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise EncodedBody(_("Compressed bodies are not accepted: send it without Content-Encoding."))


class ResourceView(ApiView):
    """A view of one noun of the register, named when the route is declared."""

    permission = CASE_READER
    resource = ""

    @property
    def registered(self) -> Resource:
        return RESOURCES[self.resource]


class ListView(ResourceView):
    """One page of what the caller may see."""

    told = {"GET": gettext_lazy("One page of what the caller may see, with the same filters as the list page.")}
    schema = ListSchema()

    @property
    def listing(self) -> Listing:
        listing = self.registered.listing
        if listing is None:
            raise Http404
        return listing

    @property
    def row(self) -> type[BaseSerializer[Any]]:
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
        """By name only: the filters check their values, and to describe them is work that no request needs."""
        reads = request.method in ("GET", "HEAD")
        known = [*self.listing.filters.base_filters, "sort", "size", "after", "before"] if reads else []
        refuse_unknown(request.query_params, known)

    def get(self, request: Request) -> Response:
        actor, listing = actor_of(request), self.listing
        rows = self.registered.model.objects.visible_to(actor)  # of deadlines all, not only those of the page
        cut: QuerySet[Any] = listing.filters(request.query_params, rows, actor=actor).qs
        page = page_of(
            cut.select_related(*listing.related).prefetch_related(*listing.prefetch),
            request.query_params,
            sorts=listing.sorts,
            default=listing.default,
            size=size_of(request),
        )
        return Response(
            {
                "results": self.row(page.items, many=True, context={"actor": actor}).data,
                "next": next_url(request, after=page.next),
                "previous": next_url(request, before=page.previous),
            }
        )


class DetailView(ResourceView):
    """One thing, with the verbs that are open to the caller."""

    told = {"GET": gettext_lazy("One object, with the actions available to the caller.")}
    schema = DetailSchema()
    more = shapes.DetailShape

    @property
    def shape(self) -> type[BaseSerializer[Any]]:
        return shapes.detail_of(self.registered)

    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        thing = self.registered.find(actor, pk)
        told = dict(self.shape(thing, context={"actor": actor}).data)
        told |= {"verbs": self._verbs(actor, thing), "links": self._links(thing)}
        return Response(told, headers={"ETag": etag(thing.version)})

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
        if self.resource == "incoming":
            links["file"] = reverse("api-incoming-file", args=[thing.pk])
        return links


class VerbView(ResourceView):
    """Presses one verb of a workflow table: the same act as the button of the page."""

    schema = VerbSchema()
    answer = shapes.DoneShape
    versioned = True
    verb = ""

    @property
    def lines(self) -> list[tuple[Workflow, Transition]]:
        """The verb's line in each of the noun's tables that has it."""
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
        return self._told(request, done.thing, done.created)

    def made_by(self, response: Response) -> list[str]:
        created = response.data.get("created")
        return [created["resource"], str(created["id"])] if created else []

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        actor, created = actor_of(request), None
        if made:
            created = RESOURCES[made[0]].model.objects.visible_to(actor).filter(pk=made[1]).first()
        return self._told(request, self.registered.find(actor, pk), created)

    def _told(self, request: Request, thing: Any, created: Any) -> Response:
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
        """A verb that takes a file takes a form (multipart/form-data), and nothing else; all others take JSON."""
        return [MultiPartParser()] if self.verb and self.asks_files else super().get_parsers()

    def _given(self, request: Request) -> tuple[dict[str, Any], Any]:
        told: Any = request.data  # an object: the parser refuses everything else
        if not self.asks_files:
            return {name: value for name, value in told.items() if value is not None}, None
        files = request.FILES
        kinds = {ask.name: ask.kind for _table, line in self.lines for ask in line.all_fields()}
        texts = {name: values for name, values in told.lists() if name not in files}
        wrong = (unreadable_text(f"/{escaped(name)}", text) for name, values in texts.items() for text in values)
        if errors := [error for error in wrong if error]:
            raise Invalid(errors)
        return {name: of_form(kinds.get(name, "text"), values) for name, values in texts.items()}, files


def of_form(kind: str, values: list[Any]) -> Any:
    """What a form's text means: forms have no numbers and no yes and no."""
    if kind == "choices":
        return values
    told = values[-1]
    if kind == "bool":
        return {"true": True, "false": False}.get(told, told)
    return int(told) if kind == "number" and told.isascii() and told.isdigit() and len(told) < 10 else told


class FileView(ResourceView):
    """The scan of a paper, as it was received or filed."""

    told = {"GET": gettext_lazy("The scan as received, for download.")}
    schema = FileSchema()
    files = tuple(KINDS)

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        return scan_response(self.registered.find(actor_of(request), pk))


class CorrectView(ResourceView):
    """Proposes to put a record of one thing right."""

    told = {
        "POST": gettext_lazy("Proposes a correction of a record of the caller's agency; a second person confirms it.")
    }
    schema = CorrectSchema()
    answer = shapes.CorrectionShape

    def post(self, request: Request, pk: UUID) -> Response:
        told: Any = request.data
        given = {name: value for name, value in told.items() if value is not None}
        _form, made = propose(self.resource, pk, actor_of(request), given, strict=True)
        where = request.build_absolute_uri(thing_url(made))
        return Response(shapes.CorrectionShape(made).data, status=201, headers={"Location": where})

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        return Response(shapes.CorrectionShape(RESOURCES["corrections"].find(actor_of(request), UUID(made[0]))).data)


def thing_url(thing: Any) -> str:
    return reverse(f"api-{resource_of(thing).name}-one", args=[thing.pk])


def asked_of(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The body as its shape takes it. Raises what names every bad field."""
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def size_of(request: Request) -> int:
    told = request.query_params.get("size", str(PAGE_SIZE))
    if not (told.isascii() and told.isdigit() and len(told) <= len(str(MOST_ROWS)) and 1 <= int(told) <= MOST_ROWS):
        raise Invalid.field("size", "range", _("Ask for 1 to %(most)s rows.") % {"most": MOST_ROWS})
    return int(told)


def refuse_unknown(asked: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raises Invalid naming every query parameter that is not `known`: one that is ignored means a wider answer, or
    an act that was not asked for."""
    if strange := sorted(set(asked) - set(known)):
        told = ", ".join(sorted(known)) or _("none")
        detail = _("Unknown query parameter. This operation accepts: %(known)s.") % {"known": told}
        raise Invalid(FieldError(f"/{escaped(name)}", "unknown_parameter", detail) for name in strange)


def next_url(request: Request, **cursor: str) -> str | None:
    """The whole address of a neighbouring page, with the same filters; None where there is none."""
    if not any(cursor.values()):
        return None
    kept = [(k, v) for k, values in request.query_params.lists() if k not in ("after", "before") for v in values]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, *cursor.items()])}")
