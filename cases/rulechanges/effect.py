"""What a change of the control law would change: the dated examples, and the goods of open cases and leads.

Nothing is written to cases and leads. Few goods are compared at once, many in a worker. The result holds counts by
agency, and ids that a page shows only to readers of the case or lead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.organisations.models import agencies_by_id
from cases.casefile.conduct import changes_of
from cases.casefile.facts import control_matter
from cases.casefile.models import Case, Item
from cases.controls.comparing import VerdictDifference, changed_examples, changed_verdicts, examples
from cases.controls.countries import country_name
from cases.controls.rulebook import Rulebook
from cases.controls.words import VERDICTS
from cases.intake.models import Lead, Revision
from cases.intake.verdicts import conduct_day, reported_matter

AT_ONCE = 1_000  # items and leads; more are left to a worker
BATCH = 200
SHOWN = 200  # rows kept of each kind
ITEM, LEAD = "item", "lead"
VerdictsFound = dict[str, Any]


def of_examples(old: Rulebook, new: Rulebook) -> VerdictsFound:
    """The examples that would have another verdict."""
    rows = [
        {
            "what": row["description"] or row["control_code"] or row["hs_code"],
            "end_use": row["end_use"],
            **one.as_json(),
        }
        for row, one in changed_examples(old, new)
    ]
    return {"examples": rows, "of": len(examples())}


def open_items() -> Any:
    return Item.objects.filter(case__in=Case.objects.open()).order_by("pk")


def open_leads() -> Any:
    return Lead.objects.to_triage().order_by("pk")


def how_many() -> int:
    return int(open_items().count() + open_leads().count())


def of_some(
    rows: list[Any], kind: str, old: Rulebook, new: Rulebook
) -> Iterator[tuple[int, Any, list[VerdictDifference]]]:
    """(agency, id, what differs) of each item or lead that the new rows concern."""
    finding = _of_item if kind == ITEM else _of_lead
    contents = _contents(rows) if kind == LEAD else {}
    for row in rows:
        if differs := finding(row, contents, old, new):
            yield (row.case.lead_id if kind == ITEM else row.agency_id), row.pk, differs


def _of_item(item: Item, _contents: Any, old: Rulebook, new: Rulebook) -> list[VerdictDifference]:
    matter = control_matter(item.case.shipments.all(), item.case.parties.all())
    return changes_of(item, item.case.acts.all(), matter, old, new)


def _contents(leads: list[Lead]) -> dict[Any, Any]:
    rows = Revision.objects.filter(lead__in=leads).values_list("lead", "number", "content")
    held = {(lead, number): content for lead, number, content in rows}
    return {lead.pk: held.get((lead.pk, lead.revision), {}) for lead in leads}


def _of_lead(lead: Lead, contents: Any, old: Rulebook, new: Rulebook) -> list[VerdictDifference]:
    day, content = conduct_day(lead.occurred_at, lead.received_at).day, contents[lead.pk]
    matter = reported_matter(content)
    return [one for item in content.get("items", []) for one in changed_verdicts(item, matter, day, old, new)]


def batch_after(cursor: list[Any] | None) -> tuple[str, list[Any], list[Any] | None]:
    """The next rows to compare, and the cursor after them, None at the end."""
    kind, pk = cursor or [ITEM, ""]
    rows = (
        open_items()
        .select_related("case")
        .prefetch_related(
            *("case__shipments", "case__acts__items", "case__parties__country", "case__parties__identifiers")
        )
        if kind == ITEM
        else open_leads()
    )
    some = list((rows.filter(pk__gt=pk) if pk else rows)[:BATCH])
    if len(some) == BATCH:
        return kind, some, [kind, str(some[-1].pk)]
    return kind, some, [LEAD, ""] if kind == ITEM else None


def tally(found: Iterable[tuple[int, Any, list[VerdictDifference]]], kind: str, before: VerdictsFound) -> VerdictsFound:
    """Adds to the counts by agency and to the rows that are kept."""
    counts = {key: dict(value) for key, value in before.get("agencies", {}).items()}
    rows = list(before.get(f"{kind}s", []))
    for agency, pk, differs in found:
        of_agency = counts.setdefault(str(agency), {ITEM: 0, LEAD: 0})
        of_agency[kind] += 1
        if len(rows) < SHOWN:
            rows.append([str(pk), [one.as_json() for one in differs]])
    return {**before, "agencies": counts, f"{kind}s": rows}


def of_all(old: Rulebook, new: Rulebook) -> VerdictsFound:
    """The whole effect at once."""
    effect, cursor = of_examples(old, new), None
    while True:
        kind, some, cursor = batch_after(cursor)
        effect = tally(of_some(some, kind, old, new), kind, effect)
        if cursor is None:
            return {**effect, "is_complete": True}


# For a reader ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VerdictChange:
    """One verdict before and after, in words."""

    on: str
    destination: str
    was: Text
    now: Text
    is_other: bool  # whether the verdict itself is another, not only its rules or doubts


@dataclass(frozen=True)
class AffectedMatter:
    """An item or lead with its page; or an example, which has none."""

    what: str
    thing: Any
    differences: list[VerdictChange]


def in_words(rows: Iterable[dict[str, Any]]) -> list[VerdictChange]:
    return [
        VerdictChange(
            on=row["on"],
            destination=country_name(row["destination"]) if row["destination"] else "",
            was=VERDICTS[row["was"]["verdict"]],
            now=VERDICTS[row["now"]["verdict"]],
            is_other=row["was"]["verdict"] != row["now"]["verdict"],
        )
        for row in rows
    ]


def shown_to(actor: Actor, effect: VerdictsFound) -> dict[str, Any]:
    """The effect as this reader may see it: counts for all, rows only of cases and leads that they read."""
    held = {kind: dict(effect.get(f"{kind}s", [])) for kind in (ITEM, LEAD)}
    cases = Case.objects.contents_visible_to(actor).values("pk")
    items = Item.objects.filter(pk__in=held[ITEM], case__in=cases).select_related("case")
    leads = Lead.objects.visible_to(actor).filter(pk__in=held[LEAD])
    agencies = agencies_by_id([int(pk) for pk in effect.get("agencies", {})])
    counts = [(agencies[int(pk)].name, of[ITEM], of[LEAD]) for pk, of in effect.get("agencies", {}).items()]
    return {
        "examples": [AffectedMatter(row["what"], None, in_words([row])) for row in effect.get("examples", [])],
        "examples_of": effect.get("of", 0),
        "agencies": sorted(counts, key=lambda row: -row[1] - row[2]),
        "items": [AffectedMatter(str(one), one.case, in_words(held[ITEM][str(one.pk)])) for one in items],
        "leads": [AffectedMatter(one.title, one, in_words(held[LEAD][str(one.pk)])) for one in leads],
        "is_complete": effect.get("is_complete", False),
    }
