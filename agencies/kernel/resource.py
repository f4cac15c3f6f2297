"""What a noun declares about itself, once (`resource.py` in its folder), and the register that the surfaces read.

A surface (page, API, list, search, audit …) iterates over `RESOURCES` and never imports a noun. The register is filled
at start-up by `coordination.resources`. A part that a noun does not declare is not offered for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404
from django.urls import reverse

from .action_fields import ActionForm
from .actor import Actor
from .bilingual import pick
from .filtering import ListFilter
from .permissions import CASE_READER, Permission
from .workflow import Labels, Text, Workflow

Action = Callable[..., Any]
ActionTable = Mapping[str, Action]
Sentences = Mapping[tuple[str, str], Text]  # (kind of thing, verb) → how it reads on a timeline


@dataclass(frozen=True)
class Button:
    """One verb open to somebody now."""

    verb: str
    words: Labels
    url: str


@dataclass(frozen=True)
class Column:
    """One column of a list: in its table on the page and on paper, in CSV and XLSX, and in the row of the API.

    `value` is a text, number, date or moment, so that a spreadsheet can sort and add it; `kind` says which of them, for
    the API's contract. `cell` is what the page shows, as the source of a template in which `row` is the thing; without
    it the column is in files only. `sort` is the sort of the list that its heading offers.
    """

    key: str
    heading: Text
    value: Callable[[Any, Actor], Any]
    cell: str = ""
    sort: str = ""
    kind: str = "text"  # text | number | date | moment


@dataclass(frozen=True, kw_only=True)
class Listing:
    """How a noun's list is cut, sorted and shown.

    `page` is the route of its page, under whose name its files and saved views are kept; `title` where it differs from
    the noun's plural. `rows` are those of the page before it is cut, where they are not simply what the reader sees.
    `shown` fetches what the columns tell of each, `prepare` works it out for many rows at once. `handling` is where the
    handling code stands, `words` how one thing is called. Of some things a reader sees the outside only: `inside` says
    which they read whole. `related` and `prefetch` keep the queries of the API few. `arrived` says what else is new
    since a moment, beside what the acts of others were about.
    """

    filters: type[ListFilter]
    sorts: Mapping[str, str]
    default: str
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    page: str = ""
    title: Text = ""
    columns: tuple[Column, ...] = ()
    rows: Callable[[Actor], QuerySet[Any]] | None = None
    shown: Callable[[Any, Actor], QuerySet[Any]] = lambda rows, actor: rows
    prepare: Callable[[Sequence[Any], Actor], Iterable[Any]] = lambda rows, actor: rows
    handling: Callable[[Any, Actor], str] = lambda thing, actor: ""
    words: Callable[[Any, Actor], str] = lambda thing, actor: str(thing)
    inside: Callable[[Any, Actor], bool] = lambda thing, actor: True
    arrived: Callable[[Actor, datetime, QuerySet[Any]], Q] | None = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """By what name a thing is called in a line of news; nothing that an envelope would hide.

    `title` is a column or expression, or the columns of both languages. `on_case`: the news leads to the page of the
    case, since the thing is read on it.
    """

    title: str | Combinable | tuple[str, str]
    on_case: bool = False

    @property
    def expression(self) -> Combinable:
        named = pick(*self.title) if isinstance(self.title, tuple) else self.title
        return F(named) if isinstance(named, str) else named


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Whom news of a thing reach in person.

    `in_hand` are the paths from a row to the people who have it in hand, `asked` to who asked for it or sent it: what
    the other side does with it is the outcome to them. Reached by an act, the states in `decides` wait for the
    responsible person of the agency that acted. `reminds` are verbs that are news of a deadline.
    """

    in_hand: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    reminds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """One thing that a row says. `sort` is "text", "name" (also found mistyped) or "number" (also found whole)."""

    label: object
    value: str
    sort: str = "text"


@dataclass(frozen=True, kw_only=True)
class SearchKind:
    """One kind of thing that can be found: what it says, and who may read that.

    A thing of which some readers know only the outside has two kinds, told apart by who reads them, so nobody finds it
    twice and nobody finds it by words that they may not read.

    `resource` is the heading under which its hits stand; `subject` the column of the case, or lead, it belongs to.
    `related` is fetched for what a hit says, `at` is when the thing began. Of what is `narrow` hardly anybody reads
    more than a little of all there is.
    """

    name: str
    resource: str
    model: type[Model]
    says: Callable[[Any], Iterable[Phrase]]
    read_by: Callable[[Actor], QuerySet[Any]]
    page: str = "case"
    subject: str = "case_id"
    at: str = "created_at"
    related: tuple[str, ...] = ()
    prefetch: tuple[Any, ...] = ()
    only: Q = field(default_factory=Q)
    narrow: bool = False

    def rows(self) -> QuerySet[Any]:
        return self.fetched(self.model._default_manager.filter(self.only))

    def fetched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*self.related).prefetch_related(*self.prefetch)

    def texts(self, thing: Any) -> list[Phrase]:
        """What it says, without what is empty."""
        return [text for text in self.says(thing) if text.value]

    def url(self, thing: Any) -> str:
        pk: UUID = getattr(thing, self.subject) if self.page == "case" else thing.pk
        return reverse(self.page, args=[pk])


def seen(model: type[Any], question: str = "visible_to") -> Callable[[Actor], QuerySet[Any]]:
    """Who reads a kind: a question of the model's queryset."""

    def read_by(actor: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = getattr(model.objects, question)(actor)
        return found

    return read_by


@dataclass(frozen=True, kw_only=True)
class Search:
    """What can be found of a noun. `headings` are those that are no noun of the register."""

    kinds: tuple[SearchKind, ...]
    headings: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """`name` as in URLs (plural), `kind` as in the journal, `page` the URL name of a thing's page.

    `actions` are the functions behind the verbs: one table, or one for each thing. `contributes` adds verbs to the
    tables of nouns below: name of the noun → verb → function. `page_of` says whose page shows a thing that has none of
    its own. `permission` says who is let in at all; administrators, who read no cases, only where they are asked to
    confirm. `is_corrected`: a wrong record is put right by a second person. `sentences`: what those acts read like
    that stand in no workflow table.
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
    related: tuple[str, ...] = ()
    permission: Permission = CASE_READER
    page_of: Callable[[Any], UUID] = lambda thing: thing.pk
    is_corrected: bool = True
    listing: Listing | None = None
    summary: Summary | None = None
    notices: Notices | None = None
    search: Search | None = None
    contributes: Mapping[str, ActionTable] = field(default_factory=dict)
    sentences: Sentences = field(default_factory=dict)

    @property
    def verbs(self) -> list[str]:
        """Every verb of every table of this noun that a person or machine may perform."""
        return sorted({v for w in self.workflows for v, line in w.transitions.items() if not line.system})

    def workflow_of(self, thing: Any) -> Workflow:
        return self.choose_workflow(thing) if self.choose_workflow else self.workflows[0]

    def actions_of(self, thing: Any) -> ActionTable:
        return self.actions(thing) if callable(self.actions) else self.actions

    def list_rows(self, actor: Actor) -> QuerySet[Any]:
        """The rows of its list before it is cut."""
        if self.listing and self.listing.rows:
            return self.listing.rows(actor)
        rows: QuerySet[Any] = self.model.objects.visible_to(actor)
        return rows

    def find(self, actor: Actor, pk: UUID) -> Any:
        """The thing if this actor may see it; Http404 otherwise, and the same for an id that never was."""
        found = self.model.objects.visible_to(actor).select_related(*self.related).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def url(self, thing: Any) -> str:
        return reverse(self.page, args=[self.page_of(thing)])

    def buttons(self, actor: Actor, thing: Any) -> list[Button]:
        workflow = self.workflow_of(thing)
        return [
            Button(verb, workflow.labels[verb], reverse("verb", args=[self.name, thing.pk, verb]))
            for verb in workflow.open_to(actor, thing)
        ]

    def form(self, actor: Actor, thing: Any, verb: str, *, strict: bool = False, **kwargs: Any) -> ActionForm:
        fields = self.workflow_of(thing).fields_of(verb, actor, thing)
        return ActionForm(fields, thing=thing, actor=actor, strict=strict, **kwargs)

    def workflow_with(self, verb: str, thing: Any) -> Workflow:
        """Raises Http404 where this thing has no such verb."""
        workflow = self.workflow_of(thing)
        if verb not in workflow.transitions or workflow.transitions[verb].system:
            raise Http404
        return workflow

    def require_actor(self, actor: Actor, thing: Any, verb: str) -> None:
        """Raises Forbidden where the verb is not this actor's at all, Http404 where this thing has no such verb."""
        self.workflow_with(verb, thing).require_actor(verb, actor, thing)


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What a folder without a noun of its own adds to the register: verbs of nouns below it, sentences of its acts."""

    contributes: Mapping[str, ActionTable] = field(default_factory=dict)
    sentences: Sentences = field(default_factory=dict)
    search: Search | None = None


RESOURCES: dict[str, Resource] = {}
RESOURCE_OF_KIND: dict[str, Resource] = {}
SENTENCES: dict[tuple[str, str], Text] = {}  # of acts that stand in no workflow table
SEARCHED: dict[str, SearchKind] = {}
HEADINGS: dict[str, Text] = {}  # of search, in the order of the register


def fill_register(declared: Iterable[Resource | Contribution]) -> None:
    """Registers the nouns in this order, each with the verbs that others add to its table."""
    listed = tuple(declared)
    added: dict[str, dict[str, Action]] = {}
    for one in listed:
        for name, actions in one.contributes.items():
            added.setdefault(name, {}).update(actions)
    RESOURCES.clear()
    RESOURCE_OF_KIND.clear()
    SENTENCES.clear()
    SEARCHED.clear()
    HEADINGS.clear()
    for one in listed:
        SENTENCES.update(one.sentences)
        if one.search:
            HEADINGS.update({one.name: one.plural} if isinstance(one, Resource) else {})
            HEADINGS.update(one.search.headings)
            SEARCHED.update({kind.name: kind for kind in one.search.kinds})
        if isinstance(one, Resource):
            whole = replace(one, actions=_joined(one.actions, added[one.name])) if one.name in added else one
            RESOURCES[one.name] = RESOURCE_OF_KIND[one.kind] = whole


def _joined(
    own: ActionTable | Callable[[Any], ActionTable], added: ActionTable
) -> ActionTable | Callable[[Any], ActionTable]:
    if callable(own):
        choose = own
        return lambda thing: {**choose(thing), **added}
    return {**own, **added}


def resource_of(thing: Any) -> Resource:
    return next(resource for resource in RESOURCES.values() if isinstance(thing, resource.model))


def by_verb(action: Action, *workflows: Workflow, **special: Action) -> dict[str, Action]:
    """The generic action bound to each verb, except where a verb has a function of its own."""

    def bound(verb: str) -> Action:
        def act(thing: Any, *, actor: Actor, **given: Any) -> Any:
            return action(thing, verb, actor=actor, **given)

        return act

    verbs = {verb for workflow in workflows for verb in workflow.transitions}
    return {verb: bound(verb) for verb in verbs} | special
