"""Work items and figures of the first copy, derived by the product itself and prepared for the others."""

from collections.abc import Iterable
from time import perf_counter
from typing import Any

from agencies.journal.models import Event, Stream
from agencies.kernel.work import NO_PERSON, REGISTER
from agencies.work.models import WorkItem
from agencies.work.rebuilding import rebuild
from coordination.insight.metrics import following
from coordination.insight.metrics.models import Fact, StoredMatter
from coordination.insight.search.actions import name_agencies
from coordination.insight.search.models import Entry

from .copies import TAIL, WORK_KEYS, CaseCopy, PreparedCases
from .loading import Shape, text_of, unchecked
from .shapes import FACT, SEEN, WORK


def derive_work(prepared: PreparedCases, first: CaseCopy) -> None:
    for kind in REGISTER:
        for _part in rebuild(kind):
            pass
    owner = _owners(prepared, first)
    items = [item for item in WorkItem.objects.order_by("pk") if str(item.object_id) in owner]
    for name, line_of in ((WORK, _work_line), (WORK_KEYS, _work_key)):
        lines = [(owner[str(item.object_id)], line_of(item).replace(first.tail, TAIL)) for item in items]
        prepared.add_derived(name, lines)


def _work_line(item: WorkItem) -> str:
    """Without its id, which is derived from its key."""
    _pk, *rest = _values(WORK, item)
    return WORK.row("%s", *rest)


def _work_key(item: WorkItem) -> str:
    return f"{item.object_id} {item.agency_id} {item.side} {item.person_id or NO_PERSON}"


def derive_agencies(prepared: PreparedCases, first: CaseCopy) -> None:
    owner = _owners(prepared, first)
    entries = list(Entry.objects.filter(thing__in=owner))
    before = {entry.pk: entry.words for entry in entries}
    with unchecked():
        name_agencies(entries)
        Entry.objects.bulk_update(entries, ["words"], batch_size=1_000)
    prepared.add_words(
        {
            (entry.kind, str(entry.thing).replace(first.tail, TAIL)): entry.words.removesuffix(before[entry.pk])
            for entry in entries
        }
    )


def derive_figures(prepared: PreparedCases, first: CaseCopy) -> float:
    """Returns the events of the journal that were rolled up in a second."""
    events = Event.objects.filter(stream__kind__in=[Stream.Kind.CASE, Stream.Kind.LEAD]).count()
    began = perf_counter()
    for _part in following.rebuild():
        pass
    rate = events / (perf_counter() - began)
    owner = _owners(prepared, first)
    for shape, model in ((FACT, Fact), (SEEN, StoredMatter)):
        _add_rows(prepared, first, shape, model._default_manager.filter(matter__in=owner))
    return rate


def _add_rows(prepared: PreparedCases, first: CaseCopy, shape: Shape, rows: Iterable[Any]) -> None:
    owner = _owners(prepared, first)
    lines = [(owner[str(row.matter)], shape.row(*_values(shape, row)).replace(first.tail, TAIL)) for row in rows]
    prepared.add_derived(shape, lines)


def _owners(prepared: PreparedCases, first: CaseCopy) -> dict[str, int]:
    return {first.filled(pk): index for pk, index in prepared.owner.items()}


def _values(shape: Shape, row: Any) -> list[str]:
    return [text_of(getattr(row, name)) for name in shape.names]
