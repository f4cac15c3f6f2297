"""Screening (名单筛查): watch-list entries that name a party, by number or by equal or similar name, and watches that a
declared route meets.

Evaluated when read, so that a new entry shows at once, by the comparison that also finds the screening matches
(`coordination.prevention.screening`). Whether it is the same firm is decided there; the match is shown with its state.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from agencies.kernel import times
from agencies.kernel.actor import Actor
from cases.casefile.facts import control_matter
from cases.casefile.identifiers import normalize_identifier, scheme_label
from cases.casefile.models import Case, Item, Party, Shipment
from cases.controls.countries import country_name
from cases.controls.destinations import Trader
from cases.controls.names import Grade, Way
from cases.controls.parties import EntryReason, NamedEntry, entry_index
from cases.intake.models import Lead
from cases.intake.verdicts import conduct_day, reported_matter
from cases.watchlists.models import Listing
from cases.watchlists.routes import GoodsOnDay, met_by, voyages
from coordination.prevention.screening.models import Match

from .likeness import Likeness
from .similar_matters import NamePair, names_in

Number = tuple[str, str]  # scheme, value


@dataclass(frozen=True)
class ScreenedEntry:
    """An entry with all reasons why it is shown: common numbers, similar names, and declared routes (codes of the
    countries) that meet a watch; `matches` are those of its parties with this entry, of which a person decides."""

    listing: Listing
    numbers: list[Number]
    names: list[NamePair]
    routes: list[list[str]] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)

    @property
    def route_texts(self) -> list[str]:
        return [" → ".join(map(country_name, route)) for route in self.routes]

    @property
    def number_texts(self) -> list[str]:
        return [f"{scheme_label(scheme)} {value}" for scheme, value in self.numbers]


def screen_lead(lead: Lead, actor: Actor) -> list[ScreenedEntry]:
    """Parties and routes of the lead's latest revision (at most four queries)."""
    content = lead.revisions.get(number=lead.revision).content
    values = (one for party in content.get("parties") or [] for one in party.get("identifiers") or [])
    day = conduct_day(lead.occurred_at, lead.received_at).day
    routes = [shipment.get("route") or [] for shipment in content.get("shipments") or []]
    return [
        *_watched(
            routes, [(item, day) for item in content.get("items") or []], reported_matter(content).traders, actor
        ),
        *screen(names_in(content), [(one["scheme"], one["value"]) for one in values], actor, of=[lead.pk]),
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
    """Parties with loaded identifiers (at most two queries)."""
    listed = list(parties)
    numbers = [(one.scheme, one.value) for party in listed for one in party.identifiers.all()]
    names = dict.fromkeys(party.name for party in listed)
    return screen(names, numbers, actor, of=[party.pk for party in listed])


def screen(
    names: Iterable[str], numbers: Iterable[Number], actor: Actor, *, of: Iterable[UUID] = ()
) -> list[ScreenedEntry]:
    """Equal numbers first, then equal names, then similar names; with the matches of the subjects `of`."""
    known = {normalize_identifier(value): (scheme, value) for scheme, value in numbers}
    named = [one for one in entry_index().find(names, known) if one.entry.stands_on(times.today())]
    if not named:
        return []
    codes = [one.entry.code for one in named]
    visible = Listing.objects.visible_to(actor).names().standing().filter(code__in=codes)
    entries = {listing.code: listing for listing in visible}
    found = [_screened(entries[one.entry.code], one, known) for one in named if one.entry.code in entries]
    _add_matches(found, of, actor)
    return sorted(found, key=_closeness)


def _screened(listing: Listing, named: NamedEntry, known: dict[str, Number]) -> ScreenedEntry:
    shared = [known[one.asked] for one in named.reasons if one.agreement.way == Way.NUMBER]
    pairs = [_pair(one) for one in named.reasons if one.agreement.way != Way.NUMBER]
    return ScreenedEntry(listing, shared, pairs)


def _pair(reason: EntryReason) -> NamePair:
    is_same = reason.agreement.grade == Grade.EXACT
    return NamePair(reason.asked, reason.listed, Likeness.SAME if is_same else Likeness.NEAR)


def _add_matches(found: Iterable[ScreenedEntry], subjects: Iterable[UUID], actor: Actor) -> None:
    by_code = {one.listing.code: one for one in found}
    rows = Match.objects.visible_to(actor).present().filter(subject__in=list(subjects), code__in=by_code)
    for match in rows.select_related("listing__owner").order_by("pk") if by_code else ():
        by_code[match.code].matches.append(match)


def _closeness(one: ScreenedEntry) -> tuple[bool, bool, str]:
    return not one.numbers, not any(pair.same for pair in one.names), one.listing.code
