"""The resource of screening matches."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, Column, EmptyList, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import ACTIONS
from .filters import MatchFilter
from .measures import MEASURES
from .models import Match, MatchQuerySet
from .on_case import MatchesOnCase
from .open_items import OpenMatches
from .page import page_parts
from .shapes import MatchShape
from .words import all_reasons
from .work import WORK
from .workflow import MATCH as TABLE
from .workflow import OWN_MATCH, table_of

LEAD_BELOW = (
    '{% if row.lead_id %}<span class="cv-sub">'
    "<a href=\"{% url 'lead' row.lead_id %}\">{{ row.lead.title|with_lang }}</a></span>{% endif %}"
)


class MatchList(CaseListing):
    filters = MatchFilter
    sorts = {"found": "created_at", "name": "subject_name", "updated": "updated_at"}
    default = "-found"
    related = ("case", "lead", "listing__owner", "decided_by")
    page = "matches"
    columns = (
        columns.plain(
            "subject_name",
            _("Name in the case or lead"),
            cell="<a href=\"{% url 'match' row.pk %}\">{{ row.subject_name|with_lang }}</a>" + CASE_BELOW + LEAD_BELOW,
            sort="name",
        ),
        *CASE_COLUMNS,
        Column("listed", _("Listed name"), lambda row, actor: row.listing.name, "{{ row.listing.name|with_lang }}"),
        columns.choice("watch_list", pgettext_lazy("watch list", "List"), "listing.watch_list"),
        columns.plain("code", _("Entry"), cell='<span class="cv-mono cv-nowrap">{{ row.code }}</span>'),
        columns.choice("grade", _("Grade")),
        Column("why", _("Why"), lambda row, actor: all_reasons(row.reasons)),
        columns.state(),
        columns.plain("because", pgettext_lazy("screening", "Because")),
        Column("decided_by", _("Decided by"), lambda row, actor: row.decided_by.name if row.decided_by else ""),
        columns.moment("decided_at", _("Decided at"), cell=""),
        columns.moment("created_at", _("Found"), sort="found"),
    )
    subtitle = _("Parties of cases and leads that may be on a list. A person compares both sides and decides.")
    empty = EmptyList(
        _("No match yet"),
        _("Parties of cases and leads are compared with the lists when they or a list change."),
        "people",
        "screening_check",
        _("Check a name"),
    )
    facets = ("state", "grade", "watch_list")
    chips_label = _("Matches")

    def chips(self, visible: MatchQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Waiting for us"), "waiting=1", visible.waiting_on(actor.agency_id)
        yield _("To be compared"), "open=1", visible.open()
        yield _("Confirmed"), "state=SAME", visible.filter(state=Match.State.SAME)
        yield _("All"), "", visible


def _phrases(match: Match) -> Iterable[Phrase]:
    yield Phrase(_("Name in the case or lead"), match.subject_name, "name")
    yield Phrase(_("Entry"), match.code, "number")
    yield Phrase(pgettext_lazy("screening", "Because"), match.because)


def _read_before(match: Match, actor: Actor) -> list[tuple[Any, Any]]:
    return [(_("Name in the case or lead"), match.subject_name), (_("Listed name"), match.listing.name)]


MATCH = Resource(
    name="matches",
    kind="match",
    model=Match,
    page="match",
    label=_("Screening match"),
    plural=_("Screening matches"),
    looks={
        "OPEN": ("review", "people"),
        "SAME": ("good", "check-lg"),
        "DIFFERENT": ("stopped", "x-lg"),
        "GONE": ("neutral", "circle"),
    },
    workflows=(TABLE, OWN_MATCH),
    choose_workflow=table_of,
    actions=ACTIONS,
    related=("case", "lead", "listing__owner"),
    is_corrected=False,  # it is decided again
    listing=MatchList(),
    page_parts=page_parts,
    reading=_read_before,
    work=(WORK,),
    open_items=OpenMatches(),
    navigation=NavigationPage(group=Group.PREVENTION, place=407, counts="match", waiting="?waiting=1"),
    on_case=MatchesOnCase(),
    summary=Summary(title="subject_name"),
    notices=Notices(in_hand=("lead__officer",)),
    search=Search(
        kinds=(
            SearchKind(
                name="match",
                resource="matches",
                model=Match,
                says=_phrases,
                read_by=seen(Match),
                page="match",
            ),
        )
    ),
    measures=MEASURES,
    api=Api(
        row=(
            *("subject_kind", "subject", "subject_name", "case", "lead", "listing", "reasons", "verdict", "because"),
            *("decided_by", "state_since", "created_at", "updated_at"),
        ),
        shape=MatchShape,
    ),
)
