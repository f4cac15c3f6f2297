"""Lists, details and verbs of every noun, each one class: what differs between nouns stands in tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from agencies.confirmations import filters as confirmation_filters
from agencies.journal.moving import last_act
from agencies.kernel.doors import CASE_READER, Policy, actor_of
from agencies.kernel.filtering import ListFilter
from agencies.kernel.json_input import drain, unreadable_text
from agencies.kernel.moves import Move, Text, Workflow
from agencies.kernel.paging import PAGE_SIZE, page_of
from agencies.kernel.problems import escaped, etag
from agencies.kernel.refusals import EncodedBody, FieldError, Invalid
from agencies.kernel.strict import Strict
from cases.casefile import filters as case_filters
from cases.clocks import filters as clock_filters
from cases.custody import filters as lot_filters
from cases.intake import filters as lead_filters
from cases.papers import filters as paper_filters
from cases.papers.files import KINDS, scan_of
from cases.proceedings import filters as proceeding_filters
from cases.watchlists import filters as listing_filters
from coordination.chasing import filters as chase_filters
from coordination.conferences import filters as conference_filters
from coordination.correcting import propose
from coordination.corrections import filters as correction_filters
from coordination.directions import filters as direction_filters
from coordination.notes import filters as note_filters
from coordination.nouns import NOUNS, Noun, noun_of
from coordination.opinions import filters as opinion_filters
from coordination.referrals import filters as referral_filters
from coordination.routing import filters as routing_filters
from coordination.scanned import scan_files_of
from coordination.sealed import filters as sealed_filters
from coordination.tasks import filters as task_filters

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


@dataclass(frozen=True)
class Listing:
    """How a noun's list is cut, sorted and shown; `related` and `prefetch` keep its queries few."""

    filters: type[ListFilter]
    sorts: dict[str, str]
    default: str
    row: type[BaseSerializer[Any]]
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()


LISTINGS = {
    "leads": Listing(
        *(lead_filters.LeadFilter, lead_filters.SORTS, lead_filters.DEFAULT_SORT, shapes.LeadRow), ("organ", "case")
    ),
    "cases": Listing(
        *(case_filters.CaseFilter, case_filters.SORTS, case_filters.DEFAULT_SORT, shapes.CaseRow),
        *(("lead",), ("violation_types",)),
    ),
    "proceedings": Listing(
        *(proceeding_filters.ProceedingFilter, proceeding_filters.SORTS, proceeding_filters.DEFAULT_SORT),
        *(shapes.ProceedingRow, ("case", "organ", "handler")),
    ),
    "suspects": Listing(
        *(proceeding_filters.PersonFilter, proceeding_filters.PERSON_SORTS, proceeding_filters.DEFAULT_PERSON_SORT),
        *(shapes.PersonRow, ("party", "nationality"), ("charges", "measures")),
    ),
    "referrals": Listing(
        *(referral_filters.ReferralFilter, referral_filters.SORTS, referral_filters.DEFAULT_SORT, shapes.ReferralRow),
        ("case", "sender", "receiver", "holder", "offence"),
    ),
    "lots": Listing(
        *(lot_filters.LotFilter, lot_filters.SORTS, lot_filters.DEFAULT_SORT, shapes.LotRow),
        ("case", "custodian", "title_organ", "offered_to"),
    ),
    "corrections": Listing(
        *(correction_filters.CorrectionFilter, correction_filters.SORTS, correction_filters.DEFAULT_SORT),
        *(shapes.CorrectionShape, ("case", "event")),
    ),
    "confirmations": Listing(
        *(confirmation_filters.ConfirmationFilter, confirmation_filters.SORTS, confirmation_filters.DEFAULT_SORT),
        *(shapes.ConfirmationShape, ("organ", "confirmer_organ")),
    ),
    "clocks": Listing(
        *(clock_filters.ClockFilter, clock_filters.CLOCK_SORTS, clock_filters.DEFAULT_CLOCK_SORT, shapes.ClockRow),
        ("rule", "case", "organ"),
    ),
    "incoming": Listing(
        *(paper_filters.IncomingFilter, paper_filters.INCOMING_SORTS, paper_filters.DEFAULT_INCOMING_SORT),
        *(shapes.IncomingRow, ("case", "organ", "keeper")),
    ),
    "papers": Listing(
        *(paper_filters.PaperFilter, paper_filters.PAPER_SORTS, paper_filters.DEFAULT_PAPER_SORT, shapes.PaperRow),
        ("case", "organ", "to"),
    ),
    "notes": Listing(
        *(note_filters.NoteFilter, note_filters.SORTS, note_filters.DEFAULT_SORT, shapes.NoteRow),
        ("case", "organ", "unit", "author"),
    ),
    "opinion-rounds": Listing(
        *(opinion_filters.RoundFilter, opinion_filters.SORTS, opinion_filters.DEFAULT_SORT, shapes.RoundRow),
        ("case", "organ"),
    ),
    "opinions": Listing(
        *(opinion_filters.OpinionFilter, opinion_filters.SORTS, opinion_filters.DEFAULT_SORT, shapes.OpinionShape),
        ("round__case", "organ"),
    ),
    "conferences": Listing(
        *(conference_filters.ConferenceFilter, conference_filters.SORTS, conference_filters.DEFAULT_SORT),
        *(shapes.ConferenceRow, ("case", "organ")),
    ),
    "directions": Listing(
        *(direction_filters.DirectionFilter, direction_filters.SORTS, direction_filters.DEFAULT_SORT),
        *(shapes.DirectionRow, ("case", "sender", "receiver")),
    ),
    "rule-sets": Listing(
        *(routing_filters.RuleSetFilter, routing_filters.SORTS, routing_filters.DEFAULT_SORT, shapes.RuleSetRow),
        ("organ",),
    ),
    "listings": Listing(
        *(listing_filters.ListingFilter, listing_filters.SORTS, listing_filters.DEFAULT_SORT, shapes.ListingRow),
    ),
    "chase-letters": Listing(
        *(chase_filters.ChaseFilter, chase_filters.SORTS, chase_filters.DEFAULT_SORT),
        *(shapes.ChaseRow, ("sender", "organ", "handler")),
    ),
    "sealed-letters": Listing(
        *(sealed_filters.SealedFilter, sealed_filters.SORTS, sealed_filters.DEFAULT_SORT),
        *(shapes.SealedRow, ("case", "organ")),
    ),
    "tasks": Listing(
        *(task_filters.TaskFilter, task_filters.SORTS, task_filters.DEFAULT_SORT, shapes.TaskRow),
        ("case", "organ", "unit", "asked_by", "assignee"),
    ),
}

HANG_ON_CASE = (
    *("proceedings", "referrals", "tasks", "notes", "lots", "incoming", "papers", "directions", "opinion-rounds"),
    "conferences",
)

DETAILS: dict[str, type[BaseSerializer[Any]]] = {
    "leads": shapes.LeadDetail,
    "cases": shapes.CaseDetail,
    "proceedings": shapes.ProceedingDetail,
    "decisions": shapes.DecisionDetail,
    "suspects": shapes.SuspectShape,
    "measures": shapes.MeasureShape,
    "property-measures": shapes.PropertyShape,
    "referrals": shapes.ReferralDetail,
    "lots": shapes.LotDetail,
    "clocks": shapes.ClockDetail,
    "incoming": shapes.IncomingRow,
    "recorded-steps": shapes.RecordedStepShape,
    "corrections": shapes.CorrectionShape,
    "confirmations": shapes.ConfirmationShape,
    "papers": shapes.PaperDetail,
    "notes": shapes.NoteRow,
    "rule-sets": shapes.RuleSetDetail,
    "listings": shapes.ListingRow,
    "chase-letters": shapes.ChaseDetail,
    "sealed-letters": shapes.SealedDetail,
    "directions": shapes.DirectionDetail,
    "conferences": shapes.ConferenceDetail,
    "opinion-rounds": shapes.RoundDetail,
    "opinions": shapes.OpinionShape,
    "tasks": shapes.TaskDetail,
}


class ApiView(APIView):
    """Base of every view of the API. Each declares its `policy`; `policies` may narrow it by method.

    `told` is what the contract says of a method, in the reader's language. `harmless`: a POST that may be done again
    whenever it is sent again, as a calculation may; it needs no idempotency key. `versioned`: a POST that asks which
    version of the thing was read.
    """

    policy: Policy
    policies: dict[str, Policy] = {}
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
        raise EncodedBody(_("Bodies are not decoded here: send it without Content-Encoding."))


class NounView(ApiView):
    """A view of one noun of `coordination.nouns`, named when the route is declared."""

    policy = CASE_READER
    noun = ""

    @property
    def door(self) -> Noun:
        return NOUNS[self.noun]


class ListView(NounView):
    """One page of what the caller may see."""

    told = {"GET": gettext_lazy("One page of what the caller may see, cut by the same filters as its list.")}
    schema = ListSchema()

    @property
    def listing(self) -> Listing:
        return LISTINGS[self.noun]

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        if method != "GET":
            return ()
        sorts = [sign + name for name in self.listing.sorts for sign in ("", "-")]
        return [
            *filter_parameters(self.listing.filters),
            OpenApiParameter("sort", str, enum=sorts, description=_("“-” turns it around.")),
            *paging(back=True),
        ]

    def check_parameters(self, request: Request) -> None:
        """By name only: the filters check their values, and to describe them is work that no request needs."""
        reads = request.method in ("GET", "HEAD")
        known = [*self.listing.filters.base_filters, "sort", "size", "after", "before"] if reads else []
        refuse_unknown(request.query_params, known)

    def get(self, request: Request) -> Response:
        actor, listing = actor_of(request), self.listing
        rows = self.door.model.objects.visible_to(actor)
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
                "results": listing.row(page.items, many=True, context={"actor": actor}).data,
                "next": next_url(request, after=page.next),
                "previous": next_url(request, before=page.previous),
            }
        )


class DetailView(NounView):
    """One thing, with the verbs that are open to the caller."""

    told = {"GET": gettext_lazy("One thing, with the verbs that are open to the caller.")}
    schema = DetailSchema()
    more = shapes.DetailShape

    @property
    def shape(self) -> type[BaseSerializer[Any]]:
        return DETAILS[self.noun]

    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        thing = self.door.find(actor, pk)
        told = dict(self.shape(thing, context={"actor": actor}).data)
        told |= {"verbs": self._verbs(actor, thing), "links": self._links(thing)}
        return Response(told, headers={"ETag": etag(thing.version)})

    def _verbs(self, actor: Any, thing: Any) -> list[dict[str, str]]:
        return [
            {
                "verb": button.verb,
                "words": str(button.words.button),
                "url": reverse(f"api-{self.noun}-{button.verb}", args=[thing.pk]),
            }
            for button in self.door.buttons(actor, thing)
        ]

    def _links(self, thing: Any) -> dict[str, str]:
        verbs = reverse(f"api-{self.noun}-verbs", args=[thing.pk])
        links = {"self": thing_url(thing), "page": self.door.url(thing), "verbs": verbs}
        if self.noun == "cases":
            links |= {name: f"{reverse(f'api-{name}')}?case={thing.pk}" for name in HANG_ON_CASE}
        if self.noun == "incoming":
            links["file"] = reverse("api-incoming-file", args=[thing.pk])
        return links


class VerbView(NounView):
    """Presses one verb of a workflow table: the same act as the button of the page."""

    schema = VerbSchema()
    answer = shapes.DoneShape
    versioned = True
    verb = ""

    @property
    def lines(self) -> list[tuple[Workflow, Move]]:
        """The verb's line in each of the noun's tables that has it."""
        return [(table, table.moves[self.verb]) for table in self.door.workflows if self.verb in table.moves]

    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        thing = self.door.find(actor, pk)
        self.door.refuse_stranger(actor, thing, self.verb)
        given, files = self._given(request)
        require_version(request, given, thing.version, changed_by=partial(last_act, self.door.kind, thing.pk))
        given.setdefault("version", thing.version)
        done = self.door.act(actor, thing, self.verb, given, files=files, strict=True)
        return self._told(request, done.thing, done.created)

    def made_by(self, response: Response) -> list[str]:
        created = response.data.get("created")
        return [created["noun"], str(created["id"])] if created else []

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        actor, created = actor_of(request), None
        if made:
            created = NOUNS[made[0]].model.objects.visible_to(actor).filter(pk=made[1]).first()
        return self._told(request, self.door.find(actor, pk), created)

    def _told(self, request: Request, thing: Any, created: Any) -> Response:
        answer: dict[str, Any] = {"id": thing.pk, "state": thing.state, "version": thing.version}
        headers = {"ETag": etag(thing.version)}
        if created is None:
            return Response(answer, headers=headers)
        where = thing_url(created)
        answer["created"] = {"noun": noun_of(created).name, "id": created.pk, "url": where}
        return Response(answer, status=201, headers={**headers, "Location": request.build_absolute_uri(where)})

    @property
    def asks_files(self) -> bool:
        return any(ask.kind == "file" for _table, line in self.lines for ask in line.asks)

    def get_parsers(self) -> list[Any]:
        """A verb that takes a file takes a form (multipart/form-data), and nothing else; all others take JSON."""
        return [MultiPartParser()] if self.verb and self.asks_files else super().get_parsers()

    def _given(self, request: Request) -> tuple[dict[str, Any], Any]:
        told: Any = request.data  # an object: the parser refuses everything else
        if not self.asks_files:
            return {name: value for name, value in told.items() if value is not None}, None
        files = request.FILES
        kinds = {ask.name: ask.kind for _table, line in self.lines for ask in line.all_asks()}
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


class FileView(NounView):
    """The scan of a paper, as it was received or filed."""

    told = {"GET": gettext_lazy("The scan as it was received, to be saved.")}
    schema = FileSchema()
    files = tuple(KINDS)

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        return scan_of(self.door.find(actor_of(request), pk))


class CorrectView(NounView):
    """Proposes to put a record of one thing right."""

    told = {"POST": gettext_lazy("Proposes to put a record of the caller's organ right; a second person confirms.")}
    schema = CorrectSchema()
    answer = shapes.CorrectionShape

    def post(self, request: Request, pk: UUID) -> Response:
        told: Any = request.data
        given = {name: value for name, value in told.items() if value is not None}
        _form, made = propose(self.noun, pk, actor_of(request), given, strict=True)
        where = request.build_absolute_uri(thing_url(made))
        return Response(shapes.CorrectionShape(made).data, status=201, headers={"Location": where})

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        return Response(shapes.CorrectionShape(NOUNS["corrections"].find(actor_of(request), UUID(made[0]))).data)


def thing_url(thing: Any) -> str:
    return reverse(f"api-{noun_of(thing).name}-one", args=[thing.pk])


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
        detail = _("Unknown query parameter. This operation knows: %(known)s.") % {"known": told}
        raise Invalid(FieldError(f"/{escaped(name)}", "unknown_parameter", detail) for name in strange)


def next_url(request: Request, **cursor: str) -> str | None:
    """The whole address of a neighbouring page, with the same filters; None where there is none."""
    if not any(cursor.values()):
        return None
    kept = [(k, v) for k, values in request.query_params.lists() if k not in ("after", "before") for v in values]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, *cursor.items()])}")
