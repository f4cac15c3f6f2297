"""Screening (名单筛查): watch-list entries that name a party, by number or by equal or similar name, and watches that a
declared route meets.

Evaluated when read, never stored: a new entry shows at once on every case. Whether it is the same firm is for the
reader to decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import SEARCHED
from cases.casefile.facts import control_matter
from cases.casefile.identifiers import normalize_identifier, scheme_label
from cases.casefile.models import Case, Item, Party, Shipment
from cases.controls.countries import country_name
from cases.controls.destinations import Trader
from cases.intake.models import Lead
from cases.intake.verdicts import conduct_day, reported_matter
from cases.watchlists.models import Listing
from cases.watchlists.routes import GoodsOnDay, met_by, voyages

from .finding import newest
from .query import alike, any_of, as_number
from .similar_matters import NamePair, names_in, pairs_of

MOST_LOOKED_AT = 500  # candidates by number, and by name, where the index finds more than is similar
Number = tuple[str, str]  # scheme, value


@dataclass(frozen=True)
class ScreenedEntry:
    """An entry with all reasons why it is shown: common numbers, similar names, and declared routes (codes of the
    countries) that meet a watch."""

    listing: Listing
    numbers: list[Number]
    names: list[NamePair]
    routes: list[list[str]] = field(default_factory=list)

    @property
    def route_texts(self) -> list[str]:
        return [" → ".join(map(country_name, route)) for route in self.routes]

    @property
    def number_texts(self) -> list[str]:
        return [f"{scheme_label(scheme)} {value}" for scheme, value in self.numbers]


def screen_lead(lead: Lead, actor: Actor) -> list[ScreenedEntry]:
    """Parties and routes of the lead's latest revision (four queries)."""
    content = lead.revisions.get(number=lead.revision).content
    values = (one for party in content.get("parties") or [] for one in party.get("identifiers") or [])
    day = conduct_day(lead.occurred_at, lead.received_at).day
    routes = [shipment.get("route") or [] for shipment in content.get("shipments") or []]
    return [
        *_watched(
            routes, [(item, day) for item in content.get("items") or []], reported_matter(content).traders, actor
        ),
        *screen(names_in(content), [(one["scheme"], one["value"]) for one in values], actor),
    ]


def screen_case(case: Case, actor: Actor) -> list[ScreenedEntry]:
    """Parties and routes of the case, for readers of its contents (seven queries)."""
    parties = Party.objects.filter(case=case).select_related("country").prefetch_related("identifiers")
    return screen_rows(list(parties.order_by("created_at", "pk")), case.shipments.all(), case.items.all(), actor)


def screen_rows(
    parties: Iterable[Party], shipments: Iterable[Shipment], items: Iterable[Item], actor: Actor
) -> list[ScreenedEntry]:
    """Rows of a case that were read already (three queries)."""
    today = times.today()
    goods: list[GoodsOnDay] = [(vars(item), item.conduct_on or today) for item in items]
    listed = list(parties)
    traders = control_matter((), listed).traders
    return [*_watched([one.route for one in shipments], goods, traders, actor), *screen_parties(listed, actor)]


def _watched(
    routes: list[list[str]], goods: list[GoodsOnDay], traders: tuple[Trader, ...], actor: Actor
) -> list[ScreenedEntry]:
    if not any(routes):
        return []
    watches = Listing.objects.visible_to(actor).routes()
    return [ScreenedEntry(watch, [], [], found) for watch, found in met_by(watches, voyages(routes, goods, traders))]


def screen_parties(parties: Iterable[Party], actor: Actor) -> list[ScreenedEntry]:
    """Parties with loaded identifiers (two queries)."""
    listed = list(parties)
    numbers = [(one.scheme, one.value) for party in listed for one in party.identifiers.all()]
    return screen(dict.fromkeys(party.name for party in listed), numbers, actor)


def screen(names: Iterable[str], numbers: Iterable[Number], actor: Actor) -> list[ScreenedEntry]:
    """Equal numbers first, then equal names, then similar names."""
    called, known = list(names), {normalize_identifier(value): (scheme, value) for scheme, value in numbers}
    # Two queries: similar names must not crowd out equal numbers.
    ways = ([as_number(value) for _scheme, value in known.values()], map(alike, called))
    asked = [one for way in ways if (one := any_of(word for word in way if word is not None)) is not None]
    if not asked:
        return []
    found = {entry.thing for one in asked for entry in newest(one, actor, [SEARCHED["listing"]], MOST_LOOKED_AT)}
    hits = [_screened(one, called, known) for one in _standing(found, actor)]
    return sorted((one for one in hits if one.numbers or one.names), key=_closeness)


def _standing(ids: set[UUID], actor: Actor) -> Iterable[Listing]:
    return Listing.objects.visible_to(actor).names().standing().filter(pk__in=ids) if ids else []


def _screened(listing: Listing, names: list[str], known: dict[str, Number]) -> ScreenedEntry:
    shared = [known[key] for _scheme, value in listing.identifiers if (key := normalize_identifier(value)) in known]
    return ScreenedEntry(listing, shared, pairs_of(names, listing.names))


def _closeness(one: ScreenedEntry) -> tuple[bool, bool, str]:
    return not one.numbers, not any(pair.same for pair in one.names), one.listing.code
