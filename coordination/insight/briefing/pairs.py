"""How punctually each agency fulfils what it owes another: n of d duties in time, by pair.

d are duties whose time ran out in the period (lenient reading), done or not; n are those done in time. Duties not yet
due, withdrawn or declined are not counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Which
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import is_among
from agencies.organisations.models import Agency
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.late import REFERRAL, TASK, visible_clocks, visible_tasks
from coordination.exchange.tasks.models import Task

PERIOD = timedelta(days=90)
SHOWN = 8  # agencies in a table: a sheet of paper has no room for more columns
Row = Sequence[Any]  # kind, ids of the waiting and the owing agency, duties in time, duties due
KINDS: dict[str, str | Promise] = {REFERRAL: _("Duties in referrals"), TASK: _("Requested tasks")}


@dataclass(frozen=True)
class Pair:
    """Duties of `debtor` towards `asker`: n done in time of d due."""

    kind: str
    asker: Agency
    debtor: Agency
    n: int
    d: int

    @property
    def share(self) -> int:
        return 100 * self.n // self.d

    @property
    def url(self) -> str:
        asked = {"what": "pair", "kind": self.kind, "asker": self.asker.code, "debtor": self.debtor.code}
        return f"{reverse('one_page_list')}?{urlencode(asked)}"


@dataclass(frozen=True)
class Table:
    """One kind of duty: rows are waiting agencies, columns owing agencies; None where nothing was due."""

    title: str | Promise
    agencies: list[Agency]
    lines: list[tuple[Agency, list[tuple[Agency, Pair | None]]]]
    n: int
    d: int
    left_out: list[Pair]


def due_duties(kind: str, actor: Actor, now: datetime) -> QuerySet[Any]:
    """Duties between two agencies due in the period and visible to the reader; `waited` is the waiting agency."""
    rows = _referral_duties(actor, now) if kind == REFERRAL else _asked_tasks(actor, now)
    rows = rows.filter(waited__isnull=False).exclude(waited=F("agency_id"))
    if not actor.is_centre:
        rows = rows.filter(Q(agency_id=actor.own_agency) | Q(waited=actor.own_agency))
    return rows


def _referral_duties(actor: Actor, now: datetime) -> QuerySet[Any]:
    withdrawn = Referral.objects.filter(pk=OuterRef("subject_id"), state=Referral.State.WITHDRAWN)
    due = (
        visible_clocks(actor)
        .duties()
        .filter(subject_kind=REFERRAL, agency__isnull=False, breach_at__gte=now - PERIOD, breach_at__lt=now)
    )
    other_side = Which(When(agency_id=F("holder_id"), then=F("partner_id")), default=F("holder_id"))
    return due.exclude(Exists(withdrawn)).annotate(waited=other_side, due_on=F("breach_at"), done_at=F("stopped_at"))


def _asked_tasks(actor: Actor, now: datetime) -> QuerySet[Any]:
    due = visible_tasks(actor).filter(due_at__gte=now - PERIOD, due_at__lt=now)
    owed = due.exclude(state__in=[Task.State.DECLINED, Task.State.CANCELLED])
    done_at = Which(When(state=Task.State.DONE, then=F("state_since")))
    return owed.annotate(waited=F("asked_by_id"), due_on=F("due_at"), done_at=done_at)


IN_TIME = Q(done_at__isnull=False, done_at__lte=F("due_on"))


def counted_pairs(actor: Actor, now: datetime) -> list[Row]:
    """Both kinds in one query."""
    return _counted({kind: due_duties(kind, actor, now) for kind in KINDS})


def pairs_with(ahead: Iterable[Row], shared: Actor, actor: Actor, now: datetime) -> list[Row]:
    """The same for a reader of the centre from rows counted ahead for `shared`, a reader without an agency. What the
    reader sees through their own agency is counted now."""
    more: dict[str, QuerySet[Any]] = {}
    # Only case officers see more referrals than other readers of the centre.
    for kind in KINDS if actor.is_staff else (TASK,):
        own = due_duties(kind, actor, now).filter(Q(agency_id=actor.own_agency) | Q(waited=actor.own_agency))
        more[kind] = own.exclude(is_among(due_duties(kind, shared, now), "pk"))
    found: dict[tuple[Any, ...], list[int]] = {}
    for *pair, n, d in (*ahead, *_counted(more)):
        have = found.setdefault(tuple(pair), [0, 0])
        have[0], have[1] = have[0] + n, have[1] + d
    return [(*pair, n, d) for pair, (n, d) in found.items()]


def _counted(duties: Mapping[str, QuerySet[Any]]) -> list[Row]:
    first, *others = (
        rows.order_by()
        .annotate(debtor=F("agency_id"), duty=Value(kind))
        .values_list("duty", "waited", "debtor")
        .annotate(n=Count("pk", filter=IN_TIME), d=Count("pk"))
        for kind, rows in duties.items()
    )
    return list(first.union(*others, all=True) if others else first)


def pairs(counted: Iterable[Row]) -> list[Pair]:
    """With the names of agencies, which take one query."""
    counted = list(counted)
    agencies = Agency.objects.in_bulk({pk for _kind, asker, debtor, _n, _d in counted for pk in (asker, debtor)})
    found = [Pair(kind, agencies[asker], agencies[debtor], n, d) for kind, asker, debtor, n, d in counted]
    return sorted(found, key=lambda one: (one.kind, -one.d, one.asker.pk, one.debtor.pk))


def tables(found: Iterable[Pair]) -> Iterator[Table]:
    """A table for each kind, with the agencies that exchange most."""
    listed = list(found)
    for kind, title in KINDS.items():
        of_kind = [one for one in listed if one.kind == kind]
        weight: dict[Agency, int] = {}
        for one in of_kind:
            for agency in (one.asker, one.debtor):
                weight[agency] = weight.get(agency, 0) + one.d
        agencies = sorted(sorted(weight, key=lambda o: -weight[o])[:SHOWN], key=lambda agency: agency.pk)
        by_agencies = {(one.asker.pk, one.debtor.pk): one for one in of_kind}
        yield Table(
            title,
            agencies,
            [(asker, [(debtor, by_agencies.get((asker.pk, debtor.pk))) for debtor in agencies]) for asker in agencies],
            sum(one.n for one in of_kind),
            sum(one.d for one in of_kind),
            [one for one in of_kind if one.asker not in agencies or one.debtor not in agencies],
        )
