"""The lists that are kept as saved views, taken out as files and worked on row by row: what each is made of.

Wiring: it knows every noun. Confidential letters are none of them: a file, a view or a run would be an event or a row
by which others learn that there is one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.facets import NOT_FILTERS
from agencies.kernel.filtering import ListFilter
from agencies.kernel.paging import in_order
from agencies.kernel.tables import Row
from cases.casefile import filters as case_filters
from cases.casefile.models import Case
from cases.clocks import filters as clock_filters
from cases.clocks.models import Clock
from cases.clocks.views.export import clock_cells, clock_heads
from cases.clocks.views.lists import clocks_to_keep
from cases.clocks.views.lists import listed as with_lines
from cases.intake import filters as lead_filters
from cases.intake.models import Lead
from cases.proceedings import filters as proceeding_filters
from cases.proceedings.models import Suspect
from cases.proceedings.views.persons import listed as with_standing
from cases.proceedings.views.persons import person_cells, person_heads
from coordination.exchange.notes import filters as note_filters
from coordination.exchange.notes.models import Note
from coordination.exchange.referrals import filters as referral_filters
from coordination.exchange.referrals.access import reads_package
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks import filters as task_filters
from coordination.exchange.tasks.models import Task
from coordination.exchange.tasks.views import with_case_visibility

from . import columns

Text = str | Promise
Shown = Callable[[Any, Actor], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One list. `name` is the route of its page, `noun` as in `coordination.resources`.

    `rows` are those of the page before it is cut, where they are not simply what the reader sees; `shown` fetches what
    `cells` tells of each; `handling` is where the handling code stands, `words` how one thing is called. Of some
    things a reader sees the outside only: `inside` says which he reads whole.
    """

    name: str
    resource: str
    title: Text
    model: type[Any]
    filters: type[ListFilter]
    sorts: Mapping[str, str]
    default: str
    heads: Callable[[], Row]
    cells: Callable[[Sequence[Any], Actor], Iterable[Row]]
    handling: Callable[[Any, Actor], str]
    words: Callable[[Any, Actor], str]
    rows: Callable[[Actor], QuerySet[Any]] | None = None
    shown: Shown = lambda rows, actor: rows
    inside: Callable[[Any, Actor], bool] = lambda row, actor: True

    @property
    def url(self) -> str:
        return reverse(self.name)

    def all_rows(self, actor: Actor) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(actor) if self.rows is None else self.rows(actor)
        return rows

    def seen(self, actor: Actor) -> QuerySet[Any]:
        """Whatever of this noun the reader may see today, with what `cells` and `inside` ask of it."""
        return self.shown(self.model.objects.visible_to(actor), actor)

    def cut(self, params: QueryDict, actor: Actor) -> ListFilter:
        """The list as this address cuts it. Raises Invalid for a name that is none of its filters, or a bad value."""
        filters = self.filters(params, self.all_rows(actor), actor=actor)
        if unknown := filters.unknown(*NOT_FILTERS):
            raise Invalid(FieldError(f"/{name}", "unknown", str(_NO_FILTER) % {"name": name}) for name in unknown)
        filters.qs  # noqa: B018  # asked for what it raises: from here on every answer is one that a filter understands
        return filters

    def found(self, params: QueryDict, actor: Actor) -> QuerySet[Any]:
        """All rows of the cut, in the order of the page."""
        return in_order(self.cut(params, actor).qs, params, sorts=self.sorts, default=self.default)


_NO_FILTER = _("“%(name)s” is not a filter of this list.")


def _case_handling(thing: Any, actor: Actor) -> str:
    return str(thing.case.handling)


def _referral_text(referral: Any, actor: Actor) -> str:
    about = referral.title if reads_package(referral, actor) else referral.get_kind_display()
    return f"{referral.number} {about}".strip()


LISTS = {
    one.name: one
    for one in (
        Listed(
            name="leads",
            resource="leads",
            title=_("Leads"),
            model=Lead,
            filters=lead_filters.LeadFilter,
            sorts=lead_filters.SORTS,
            default=lead_filters.DEFAULT_SORT,
            heads=columns.lead_heads,
            cells=columns.lead_cells,
            handling=lambda lead, actor: str(lead.handling),
            words=lambda lead, actor: str(lead.title),
            shown=lambda rows, actor: rows.select_related("agency", "officer"),
        ),
        Listed(
            name="cases",
            resource="cases",
            title=_("Cases"),
            model=Case,
            filters=case_filters.CaseFilter,
            sorts=case_filters.SORTS,
            default=case_filters.DEFAULT_SORT,
            heads=columns.case_heads,
            cells=columns.case_cells,
            handling=lambda case, actor: str(case.handling),
            words=lambda case, actor: f"{case.number} {case.title}",
            shown=lambda rows, actor: rows.select_related("lead").prefetch_related("violation_types"),
        ),
        Listed(
            name="referrals",
            resource="referrals",
            title=_("Referrals"),
            model=Referral,
            filters=referral_filters.ReferralFilter,
            sorts=referral_filters.SORTS,
            default=referral_filters.DEFAULT_SORT,
            heads=columns.referral_heads,
            cells=columns.referral_cells,
            # An envelope tells nothing of the case inside, so neither its mark.
            handling=lambda one, actor: str(one.case.handling) if reads_package(one, actor) else "",
            words=_referral_text,
            shown=lambda rows, actor: rows.select_related("case", "sender", "receiver", "holder", "offence"),
            inside=reads_package,
        ),
        Listed(
            name="tasks",
            resource="tasks",
            title=_("Tasks"),
            model=Task,
            filters=task_filters.TaskFilter,
            sorts=task_filters.SORTS,
            default=task_filters.DEFAULT_SORT,
            heads=columns.task_heads,
            cells=columns.task_cells,
            handling=lambda task, actor: str(task.case.handling) if task.sees_case else "",
            words=lambda task, actor: task.label,
            shown=lambda rows, actor: with_case_visibility(rows, actor).select_related(
                "case", "agency", "unit", "asked_by", "assignee"
            ),
            inside=lambda task, actor: bool(task.sees_case),
        ),
        Listed(
            name="notes",
            resource="notes",
            title=_("Notes"),
            model=Note,
            filters=note_filters.NoteFilter,
            sorts=note_filters.SORTS,
            default=note_filters.DEFAULT_SORT,
            heads=columns.note_heads,
            cells=columns.note_cells,
            handling=_case_handling,
            words=lambda note, actor: str(note.case.number),
            shown=lambda rows, actor: rows.select_related("case", "agency", "unit", "author"),
        ),
        Listed(
            name="persons",
            resource="suspects",
            title=_("Persons and measures"),
            model=Suspect,
            filters=proceeding_filters.PersonFilter,
            sorts=proceeding_filters.PERSON_SORTS,
            default=proceeding_filters.DEFAULT_PERSON_SORT,
            heads=person_heads,
            cells=person_cells,
            handling=lambda line, actor: str(line.proceeding.case.handling),
            words=lambda line, actor: str(line.party.name),
            shown=lambda rows, actor: with_standing(rows),
        ),
        Listed(
            name="running_clocks",
            resource="clocks",
            title=_("Running deadlines"),
            model=Clock,
            filters=clock_filters.ClockFilter,
            sorts=clock_filters.CLOCK_SORTS,
            default=clock_filters.DEFAULT_CLOCK_SORT,
            heads=clock_heads,
            cells=clock_cells,
            handling=lambda clock, actor: str(clock.case.handling) if clock.case and clock.case_seen else "",
            words=lambda clock, actor: str(clock.rule.name),
            rows=clocks_to_keep,
            shown=lambda rows, actor: with_lines(rows.with_handler(), actor),
            inside=lambda clock, actor: bool(clock.case_seen),
        ),
    )
}


def list_named(name: str) -> Listed:
    if name not in LISTS:
        raise Http404
    return LISTS[name]
