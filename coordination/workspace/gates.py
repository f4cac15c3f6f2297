"""Gates: whether there is anything to ask for at all, where asking with its reader's sight is dear and most have none.

A letter is seen while one of the things it is about is, of whatever kind; to put that to the database costs it more
than all else on a page together. So first it is asked, without sight, whether the agency has such a letter. The answer
opens the question and is shown to nobody.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from agencies.kernel.counting import Compiled, compiled, count_and_find, count_each
from coordination.exchange.conferences.models import Conference, Participant
from coordination.exchange.reminders.models import Reminder


def _conferences(agency_id: int | None) -> QuerySet[Any]:
    return Conference.objects.open().filter(
        Exists(Participant.objects.filter(conference=OuterRef("pk"), agency=agency_id))
    )


# By noun: rows of which each that waits for an agency is one.
GATES: dict[Any, Callable[[int | None], QuerySet[Any]]] = {
    Reminder: Reminder.objects.waiting_on,
    Conference: _conferences,
}
GATE = "gate "


def gated(rows: QuerySet[Any]) -> Compiled:
    """The question of a list of what waits for an agency, behind the gate of its noun."""
    gate = GATE + rows.model.__name__ if rows.model in GATES else ""
    return compiled(rows, gate=gate)


@lru_cache(maxsize=256)
def _gates(agency_id: int | None) -> Mapping[str, Compiled]:
    return {GATE + resource.__name__: compiled(rows(agency_id)) for resource, rows in GATES.items()}


def _nothing_more(_counts: Mapping[str, int]) -> Mapping[str, Compiled]:
    return {}


def count_through(
    agency_id: int | None, lists: Mapping[str, Compiled], *counted: QuerySet[Any],
    then: Callable[[Mapping[str, int]], Mapping[str, Compiled]] = _nothing_more,
) -> dict[str, int]:  # fmt: skip
    """`count_each` in two queries at most: what has no gate and the gates, then what lies behind those that opened and
    what is to be asked `then`, knowing the first numbers."""
    return count_and_find_through(agency_id, lists, *counted, then=then)[0]


def count_and_find_through(
    agency_id: int | None, lists: Mapping[str, Compiled], *counted: QuerySet[Any],
    then: Callable[[Mapping[str, int]], Mapping[str, Compiled]] = _nothing_more,
    found: Callable[[Mapping[str, int]], Mapping[str, Compiled]] = _nothing_more,
) -> tuple[dict[str, int], dict[str, dict[Any, str]]]:  # fmt: skip
    """The same with the first of each list that is to be `found`, knowing those numbers too; what is behind a gate
    that stayed shut counts as none."""
    free = {name: question for name, question in lists.items() if not question.gate}
    counts = count_each({**free, **_gates(agency_id)}, *counted)
    behind = {name: question for name, question in lists.items() if counts.get(question.gate)}
    known = dict.fromkeys(lists.keys() - behind.keys(), 0) | counts
    more, firsts = count_and_find({**behind, **then(counts)}, found(known))
    return known | more, firsts
