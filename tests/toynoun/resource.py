from agencies.kernel.filtering import ListFilter, States
from agencies.kernel.resource import Column, Listing, Phrase, Resource, Search, SearchKind, Summary, by_verb, seen
from agencies.kernel.workflow import Labels, Workflow, transition

from .models import Toy

TABLE = Workflow(
    "toy",
    Toy.State,
    {"play": transition("NEW", to="PLAYED", by=lambda actor, toy: True)},
    {"play": Labels("Play", "played")},
)


class ToyFilter(ListFilter):
    state = States(Toy.State.choices, label="State")


TOY = Resource(
    name="toys",
    kind="toy",
    model=Toy,
    page="home",
    label="Toy",
    plural="Toys",
    workflows=(TABLE,),
    actions=by_verb(lambda toy, verb, actor: None, TABLE),
    listing=Listing(
        filters=ToyFilter,
        sorts={"created": "created_at"},
        default="created",
        page="toys",
        columns=(
            Column("title", "Title", lambda toy, actor: toy.title, "{{ row.title }}"),
            Column("price", "Price", lambda toy, actor: toy.price, kind="number"),
        ),
    ),
    summary=Summary(title="title"),
    search=Search(
        kinds=(
            SearchKind(
                name="toy",
                resource="toys",
                model=Toy,
                says=lambda toy: [Phrase("Title", toy.title)],
                read_by=seen(Toy),
                page="home",
            ),
        )
    ),
)
