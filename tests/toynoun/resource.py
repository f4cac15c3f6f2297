from typing import NamedTuple

from django.db.models import F

from agencies.kernel import columns
from agencies.kernel.filtering import ListFilter, States
from agencies.kernel.open_items import Line, OpenItems
from agencies.kernel.resource import Column, Listing, Resource, Summary, by_verb
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.work import Row, Side, Work
from agencies.kernel.workflow import Labels, Workflow, transition

from .models import Toy

TABLE = Workflow(
    "toy",
    Toy.State,
    {"play": transition("NEW", to="PLAYED", by=lambda actor, toy: True)},
    {"play": Labels("Play", "played")},
)


class Priced(NamedTuple):
    toy: Toy
    price: int


class ToyFilter(ListFilter):
    state = States(Toy.State.choices, label="State")


def rows(toy):
    yield Row(side=Side.DOES, agency_id=toy.agency_id, state=toy.state, person_id=toy.owner_id, came_at=toy.created_at)


def line(toy, actor, now):
    return Line(
        key=("toy", toy.pk),
        what=toy.title,
        note="",
        url="/",
        waits=None,
        why="Play with it.",
        due_at=None,
        breach_at=None,
    )


class ToyList(Listing):
    filters = ToyFilter
    sorts = {"created": "created_at"}
    default = "created"
    page = "toys"
    columns = (
        columns.plain("title", "Title", "toy.title", cell="{{ row.toy.title }}"),
        Column("price", "Price", lambda row, actor: row.price, kind="number"),
    )

    def shown(self, rows, actor):
        return rows.annotate(cents=F("price") * 100)

    def prepared(self, things, actor):
        return [Priced(toy, toy.cents // 100) for toy in things]


TOY = Resource(
    name="toys",
    kind="toy",
    model=Toy,
    page="toy",
    label="Toy",
    plural="Toys",
    workflows=(TABLE,),
    actions=by_verb(lambda toy, verb, actor: None, TABLE),
    listing=ToyList(),
    page_parts=lambda toy, actor, params: {},
    summary=Summary(title="title"),
    work=(Work(kind="toy", things=Toy.objects.open, rows=rows),),
    open_items=OpenItems(line=line),
    search=Search(
        kinds=(
            SearchKind(
                name="toy",
                resource="toys",
                model=Toy,
                says=lambda toy: [Phrase("Title", toy.title)],
                read_by=seen(Toy),
                page="toy",
            ),
        )
    ),
)
