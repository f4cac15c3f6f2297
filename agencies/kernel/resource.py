"""Resources: the declaration of each noun (`resource.py` in its folder), and the register of them.

Pages, API, lists, search and audit iterate over `RESOURCES` and never import a noun. `coordination.resources` fills the
register at start-up. A part that a noun does not declare is not available for it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, QueryDict

from .action_fields import ActionForm
from .actor import Actor
from .addresses import address
from .bilingual import pick
from .case_parts import CasePart
from .facets import CountedList, Facets, counted_lists
from .filtering import ListFilter
from .late import Late
from .letters import LetterRules
from .measures import Measures
from .navigation import NavigationPage
from .open_items import OpenItems
from .paging import Page
from .permissions import CASE_READER, Permission
from .reassignment import Reassignment
from .search_parts import Search, SearchKind
from .sights import Sight
from .texts import Text
from .work import WorkRows
from .workflow import USUAL_LOOKS, Button, Workflow

Action = Callable[..., Any]
ActionTable = Mapping[str, Action]
Sentences = Mapping[tuple[str, str], Text]  # (kind of object, verb) → sentence of the timeline


@dataclass(frozen=True)
class Column:
    """One column of a list: on the page and its print view, in CSV and XLSX, and in the row of the API.

    `value` returns a text, number, date or moment, so that a spreadsheet can sort and add it; `kind` names which one,
    for the API schema. `cell` is the template source of the page's cell, in which `row` is the object; without it the
    column is in files only. `sort` is the sort offered by the heading. `page_heading` is the heading on the page, where
    a cell shows more than the value. `path` is the attribute that the value is or names, "" if it is computed.
    """

    key: str
    heading: Text
    value: Callable[[Any, Actor], Any]
    cell: str = ""
    sort: str = ""
    kind: str = "text"  # text | number | date | moment
    page_heading: Text = ""
    path: str = ""


class EmptyList(NamedTuple):
    """What a list says if it has no rows. `page` is the route of a link to another list, `link` its words."""

    title: Text
    text: Text
    icon: str = "inbox"
    page: str = ""
    link: Text = ""


class Listing:
    """The list of a noun, for its page, API, files and saved views: filters, sorts, columns. A subclass states what it
    needs, and overrides the methods that compute it.

    `default` is the usual sort. `related` and `prefetch` are loaded with the rows; `deferred` are long columns that the
    page does not load. `page` is the route of the page, which also names its exports and saved views, `path` its
    address (by default the name of the noun). `title` overrides the noun's plural. `facets` are names of filters,
    `chips_label` is the label of `chips`. `start` are the filters of the page if its address has none, `everything` is
    the link to all rows.
    """

    filters: type[ListFilter]
    sorts: Mapping[str, str]
    default: str
    related: tuple[str, ...] = ()
    prefetch: tuple[Any, ...] = ()
    deferred: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    page = path = start = ""
    title: Text = ""
    subtitle: Text = ""
    empty = EmptyList("", "")
    facets: tuple[str, ...] = ()
    chips_label: Text = ""
    everything = "?"

    def rows(self, visible: Any, actor: Actor) -> QuerySet[Any]:
        """Returns the unfiltered rows, of those visible to the reader."""
        return visible  # type: ignore[no-any-return]  # a queryset with the methods of its noun

    def shown(self, rows: Any, actor: Actor) -> QuerySet[Any]:
        """Returns the rows with what the columns need besides `related` and `prefetch`."""
        return rows  # type: ignore[no-any-return]  # as above

    def loaded(self, rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        """Returns the rows with all that page, files and API show of them."""
        related = rows.select_related(*self.related) if self.related else rows
        return self.shown(related.prefetch_related(*self.prefetch), actor)

    def prepared(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        """Returns what the columns read of each object."""
        return things

    def handling(self, thing: Any, actor: Actor) -> str:
        """Returns the handling code of an object, or ""."""
        return ""

    def words(self, thing: Any, actor: Actor) -> str:
        """Returns the name of an object."""
        return str(thing)

    def inside(self, thing: Any, actor: Actor) -> bool:
        """Whether the reader may read the whole object and not only its envelope."""
        return True

    def arrived(self, actor: Actor, since: datetime, acts: QuerySet[Any]) -> Q:
        """Returns a condition for rows that are new since a time, besides those on which others acted."""
        return Q()

    def chips(self, visible: Any, actor: Actor) -> Iterable[CountedList]:
        """Returns the lists above the list, each a filter with its rows, of the unfiltered ones."""
        return ()

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        """Returns what the template of the page shows besides the rows."""
        return {
            "chips": counted_lists(facets.params, self.chips(facets.filters.queryset, actor)),
            "chosen": facets.chosen(),
            "facets": facets.labelled(),
        }

    @property
    def has_deadlines(self) -> bool:
        """Rows of this list can be late, so that files and the API say why."""
        return any(column.key in ("due_at", "breach_at") for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The name of an object in a notification. It contains nothing that an envelope hides.

    `title` is a column or expression, or those of both languages. `on_case`: the notification links to the page of the
    case, because the object is shown there. `sight` says by what agencies see the object; where that does not show it,
    the notification asks `visible_to`.
    """

    title: str | Combinable | tuple[str | Combinable, str | Combinable]
    on_case: bool = False
    sight: Sight | None = None

    @property
    def expression(self) -> Combinable:
        named = pick(*self.title) if isinstance(self.title, tuple) else self.title
        return F(named) if isinstance(named, str) else named


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Who is personally notified about an object.

    `in_hand` are paths from a row to its handlers. `asked` are paths to the requester or sender, for whom an act of the
    other side is an outcome. In the states of `decides` the responsible person of the acting agency has to decide.
    `reminds` are verbs that notify of a deadline; `answers` are outcomes for the handlers that change no state.
    """

    in_hand: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    reminds: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


# (actor, query of the page, since, acts of others since then) → the rows that are new on the page.
News = Callable[[Actor, QueryDict, datetime, QuerySet[Any]], list[QuerySet[Any]]]
Facts = list[tuple[Text, Text]]  # heading, text
Gap = tuple[Text, str]  # what is missing, address


@dataclass(frozen=True, kw_only=True)
class OfficeDecision:
    """What the responsible person of an agency decides about a noun, and what they read for it.

    `waits(rows)` selects the waiting rows, `of_agencies(rows, agencies)` those of some agencies. `agency` and `case`
    are the paths from a row to the agency that decides and to its case. `words` names the kind of decision, `article`
    is on who decides ("" if the running period has it), `verbs` are its actions. `title` names a row, `prepared_by` is
    the person who prepared it (None if there is none, or the office may not know); `facts` and `texts` are read before
    the decision. `related` and `prefetched` (names or `Prefetch`) are loaded with each row, `read_to_decide` with the
    row that is read and decided. `about(thing)` returns the parties and goods that it concerns, by default those of its
    case.

    `missing(thing)` names what a complete file would still have, each with the address where it is seen to.

    `office`, an `agencies.people.deciding.DecidingOffice`, bars participants. If one holder is named to decide,
    `named(rows, actor)` selects the rows of this actor, and `possible(thing)` returns the holders who may be named.
    `closed(rows)` selects the rows from which every holder is barred, `of_deputies(rows)` those that a deputy may
    decide. `drafted_by` are actions of a case whose drafts this office decides; `nameable(agency)` returns the holders
    who may be named in such a draft. `has_work`: work items say what waits.
    """

    words: Callable[[Any], Text]
    article: Callable[[Any], str]
    verbs: tuple[str, ...]
    waits: Callable[[QuerySet[Any]], QuerySet[Any]]
    of_agencies: Callable[[QuerySet[Any], Collection[int]], QuerySet[Any]]
    agency: str
    case: str
    related: tuple[str, ...]
    prefetched: tuple[Any, ...] = ()
    read_to_decide: tuple[str, ...] = ()
    title: Callable[[Any], Text]
    prepared_by: Callable[[Any], Any]
    facts: Callable[[Any], Facts]
    texts: Callable[[Any], Facts]
    office: Any
    about: Callable[[Any], tuple[QuerySet[Any], QuerySet[Any]]] | None = None
    missing: Callable[[Any], list[Gap]] = lambda thing: []
    named: Callable[[QuerySet[Any], Actor], QuerySet[Any]] | None = None
    possible: Callable[[Any], list[Any]] | None = None
    closed: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    of_deputies: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows.none()
    drafted_by: tuple[str, ...] = ()
    nameable: Callable[[Any], list[Any]] | None = None
    has_work: bool = True


@dataclass(frozen=True, kw_only=True)
class ReadableReport:
    """What a receiving agency may read of an item: `content` in the shape of the intake contract, and the techniques
    named in it."""

    content: Mapping[str, Any]
    severity: str | None = None
    techniques: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ArrivalRouting:
    """How items of a noun arrive at an agency, whose rules then route them.

    `agency`, `person` and `at` are the columns of the receiving agency, its handler and the time of arrival.
    `arrived(rows)` are the rows that have arrived, `open(rows)` those that still wait. `round` is the column that
    counts the versions of an item; a new version is routed anew while `again` is met. `stream(thing)` is its journal
    stream.

    Rules use what the receiving agency reads: the case if `of_case` and the agency reads its contents, else
    `report(thing, reader)`. `day(thing)` is the day whose control law applies.
    """

    agency: str
    person: str
    at: str
    open: Callable[[Any], QuerySet[Any]]
    arrived: Callable[[Any], QuerySet[Any]] = lambda rows: rows
    related: tuple[str, ...] = ()
    round: str = ""
    again: Q = field(default_factory=Q)
    stream: Callable[[Any], Any]
    day: Callable[[Any], date]
    of_case: bool = True
    report: Callable[[Any, Actor], ReadableReport] = lambda thing, reader: ReadableReport(content={})


@dataclass(frozen=True, kw_only=True)
class BriefChange:
    """One line of the daily brief: how many rows changed in one way since the last working day.

    `at` is the column of the time, `cut` limits to the rows that count. `agencies` are the columns of the agencies that
    it counts for, `shown` is the path to the agency shown beside a row. `words` names a row, `place` orders the lines.
    `subject` is the heading, by default the plural of the noun. `matter` is the column of the case or lead with whose
    labels figures count the row.
    """

    key: str
    place: int
    name: Text
    definition: Text
    at: str
    agencies: tuple[str, ...]
    shown: str
    words: Callable[[Any], Text]
    subject: Text = ""
    related: tuple[str, ...] = ()
    cut: Callable[[Any], Any] = lambda rows: rows
    matter: str = "case_id"


@dataclass(frozen=True)
class Api:
    """The fields that the API shows of a noun besides its version, its state and those columns of its list that are
    fields of the model: `row` in the list, `detail` besides them of a single object.

    `shape` is a serializer that declares what the model does not have or what some readers do not see. Instead of names
    a whole serializer may be given.
    """

    row: Any = ()
    detail: Any = ()
    shape: type[Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Addition:
    """How the API adds an object to the list of a noun: `add(actor=actor, **body)` makes it from a body in the shape
    `accepts`. `words` and `help` describe that. The answer is a row of the list, or has the shape `answers`; "detail"
    is that of a single object.
    """

    words: Text
    help: Text
    accepts: type[Any]
    add: Action
    permission: Permission = CASE_READER
    answers: Any = "row"


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """One noun. `name` as in URLs (plural), `kind` as in the journal, `page` the URL name of an object's page.

    `actions` maps verbs to functions; it is one table, or a function that returns the table of an object. `contributes`
    adds verbs to nouns of lower layers: name of the noun → verb → function. `page_of` returns the id of the object
    whose page shows an object without its own page. `page_parts(thing, actor, parameters of the address)` returns what
    its page shows beside it; without it the noun has no page, or a view of its own. `page_rows` loads what the page
    needs besides what its list needs, `path` is the address of both where it is not the name. `permission` limits who
    may use the noun at all; administrators, who read no cases, may use only nouns they have to confirm. Systems read it
    with a scope of `read_with`. `is_corrected`: a second person can correct a wrong record.
    `sentences` are timeline sentences of acts without a workflow. `bulk` are the actions offered for many rows at once:
    its verbs, and "assign" and "hand_over" of `reassign`. Without `api`, the API shows the columns of its list;
    `addition` adds an object to it. `work` derives its work items, and those of other nouns that its folder knows.
    `measures` are its facts for the figures. `on_overview(overview)` returns what `<name>/on_overview.html` shows on
    the overview of figures, if anything. `news_on` are further pages with a list: route → what is new there. `changes`
    are its lines of the daily brief. `letters` are what it sends to other agencies. `opened(thing, actor)` is called
    when the API shows one object. `reading(thing, actor)` is what a person may read of an object beside the form of an
    action on it; `form_pages` has the routes of forms that are pages of their own, by verb. `looks` are tone and icon
    of its states where they differ from the usual ones. For the page of an exporter `about_company(visible, compared
    identifiers, actor)` selects the visible rows that concern it.
    """

    name: str
    kind: str
    model: type[Any]
    page: str
    label: Text
    plural: Text
    workflows: tuple[Workflow, ...]
    actions: ActionTable | Callable[[Any], ActionTable]
    choose_workflow: Callable[[Any], Workflow] | None = None
    looks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    form_pages: Mapping[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    permission: Permission = CASE_READER
    read_with: tuple[str, ...] = ()
    path: str = ""
    page_of: Callable[[Any], UUID] = lambda thing: thing.pk
    page_rows: Callable[[Any, Actor], QuerySet[Any]] = lambda rows, actor: rows
    page_parts: Callable[[Any, Actor, QueryDict], dict[str, Any]] | None = None
    is_corrected: bool = True
    listing: Listing | None = None
    summary: Summary | None = None
    letters: LetterRules | None = None
    reading: Callable[[Any, Actor], Facts] | None = None
    notices: Notices | None = None
    decision: OfficeDecision | None = None
    reassign: Reassignment | None = None
    bulk: tuple[str, ...] = ()
    api: Api | None = None
    addition: Addition | None = None
    search: Search | None = None
    work: tuple[WorkRows, ...] = ()
    open_items: OpenItems | None = None
    navigation: NavigationPage | None = None
    on_case: CasePart | None = None
    late: Late | None = None
    measures: Measures | None = None
    on_overview: Callable[[Any], Sequence[Any]] | None = None
    news_on: Mapping[str, News] = field(default_factory=dict)
    changes: tuple[BriefChange, ...] = ()
    routed: ArrivalRouting | None = None
    contributes: Mapping[str, ActionTable] = field(default_factory=dict)
    adds: Mapping[str, Workflow] = field(default_factory=dict)
    about_company: Callable[[Any, Collection[str], Actor], QuerySet[Any]] | None = None
    record_reading: Callable[[UUID, Actor], None] | None = None
    opened: Callable[[Any, Actor], None] = lambda thing, actor: None
    sentences: Sentences = field(default_factory=dict)

    @property
    def verbs(self) -> list[str]:
        """The verbs of all workflows of this noun that a person or machine may perform."""
        return sorted({v for w in self.workflows for v, line in w.transitions.items() if not line.system})

    def workflow_of(self, thing: Any) -> Workflow:
        return self.choose_workflow(thing) if self.choose_workflow else self.workflows[0]

    def look_of(self, state: str) -> tuple[str, str]:
        """Returns tone and icon of a state."""
        return self.looks.get(state) or USUAL_LOOKS.get(state, ("neutral", "circle"))

    def actions_of(self, thing: Any) -> ActionTable:
        return self.actions(thing) if callable(self.actions) else self.actions

    def list_rows(self, actor: Actor) -> QuerySet[Any]:
        """Returns the unfiltered rows of its list."""
        visible: QuerySet[Any] = self.model.objects.visible_to(actor)
        return self.listing.rows(visible, actor) if self.listing else visible

    def find(self, actor: Actor, pk: UUID, *, loaded: bool = False) -> Any:
        """Returns the object if the actor may see it, `loaded` as a row of its list. Raises Http404 otherwise, as for
        an unknown id."""
        found = (self.loaded(actor) if loaded else self._visible(actor)).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def loaded(self, actor: Actor) -> QuerySet[Any]:
        """Returns the visible objects as rows of its list."""
        rows = self._visible(actor)
        return self.listing.loaded(rows, actor) if self.listing else rows

    def _visible(self, actor: Actor) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(actor).select_related(*self.related)
        return rows

    def url(self, thing: Any) -> str:
        return address(self.page, self.page_of(thing))

    def buttons(self, actor: Actor, thing: Any) -> list[Button]:
        workflow = self.workflow_of(thing)
        return [
            Button(
                verb,
                words := workflow.words_for(verb, actor, thing),
                self.form_url(thing, verb),
                at_once=workflow.transitions[verb].at_once and words is workflow.labels[verb],
            )
            for verb in workflow.open_to(actor, thing)
        ]

    def form_url(self, thing: Any, verb: str) -> str:
        own = self.form_pages.get(verb)
        return address(own, thing.pk) if own else address("verb", self.name, thing.pk, verb)

    def form(self, actor: Actor, thing: Any, verb: str, *, strict: bool = False, **kwargs: Any) -> ActionForm:
        fields = self.workflow_of(thing).fields_of(verb, actor, thing)
        return ActionForm(fields, thing=thing, actor=actor, strict=strict, **kwargs)

    def workflow_with(self, verb: str, thing: Any) -> Workflow:
        """Returns the workflow of the object. Raises Http404 if it does not offer this verb."""
        workflow = self.workflow_of(thing)
        if verb not in workflow.transitions or workflow.transitions[verb].system:
            raise Http404
        return workflow

    def require_actor(self, actor: Actor, thing: Any, verb: str) -> None:
        """Raises Forbidden if the actor may never perform the verb, Http404 if the object does not have it."""
        self.workflow_with(verb, thing).require_actor(verb, actor, thing)


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What an app without its own noun adds to the register: verbs and work items of other nouns, and sentences of its
    acts. `kind` is that of the objects from which its measures are derived."""

    kind: str = ""
    contributes: Mapping[str, ActionTable] = field(default_factory=dict)
    adds: Mapping[str, Workflow] = field(default_factory=dict)
    sentences: Sentences = field(default_factory=dict)
    search: Search | None = None
    measures: Measures | None = None
    work: tuple[WorkRows, ...] = ()


RESOURCES: dict[str, Resource] = {}
RESOURCE_OF_KIND: dict[str, Resource] = {}
SENTENCES: dict[tuple[str, str], Text] = {}  # of acts without a workflow
SEARCHED: dict[str, SearchKind] = {}
MEASURED: list[tuple[str, Measures]] = []  # kind as in the journal ("" for a contribution), declaration
HEADINGS: dict[str, Text] = {}  # of search, in the order of the register


def resource_of(thing: Any) -> Resource:
    return next(resource for resource in RESOURCES.values() if isinstance(thing, resource.model))


def by_verb(action: Action, /, *workflows: Workflow, **special: Action) -> dict[str, Action]:
    """Returns the generic action bound to each verb; `special` overrides single verbs."""
    verbs = {verb for workflow in workflows for verb in workflow.transitions}
    return {verb: partial(action, verb=verb) for verb in verbs} | special
