"""The resource of conferences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.late import Late
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, EmptyList, Notices, Resource, Summary
from agencies.kernel.sights import ByColumns
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import ACTIONS, call_conference
from .filters import ConferenceFilter
from .measures import MEASURES
from .models import TO_WRITE_MINUTES, Conference, ConferenceQuerySet, Participant
from .on_case import ConferencesOnCase
from .open_items import OpenConferences
from .page import page_parts
from .shapes import ConferenceShape
from .starts import STARTS
from .work import WORK
from .workflow import CONFERENCE as TABLE

_PLACE = (
    "{{ row.place|default:'–'|with_lang }}{% if row.phone %}<span class=\"cv-sub\">{{ row.phone }}</span>{% endif %}"
)


def _letter(conference: Conference) -> Letter:
    return Letter(
        sender=conference.agency,
        to=[one.agency for one in conference.participants.select_related("agency").order_by("agency_id")],
        title=conference.title,
        text=f"{conference.agenda}\n{conference.place}".strip(),
        due_at=conference.starts_at,
        due_words=_("Begins"),
    )


class ConferenceList(CaseListing):
    filters = ConferenceFilter
    sorts = {"starts": "starts_at", "updated": "updated_at"}
    default = "-starts"
    related = ("case", "agency")
    page = "conferences"
    columns = (
        columns.title("conference", pgettext_lazy("conference", "Subject"), more=CASE_BELOW),
        *CASE_COLUMNS,
        columns.state(),
        columns.agency("agency", _("Called by")),
        columns.moment("starts_at", _("When"), sort="starts"),
        columns.plain("place", pgettext_lazy("conference", "Where"), cell=_PLACE),
        columns.plain("phone", _("Phone")),
    )
    subtitle = _("Time, participants and case of each conference. Taking part does not give access to the case.")
    empty = EmptyList(
        _("No conference yet"),
        _("A conference is called on a case's page."),
        "people",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "agency")
    chips_label = _("Conference filter")

    def arrived(self, actor: Actor, since: datetime, acts: QuerySet[Any]) -> Q:
        """Its actions are shown to all participants, but belong to the caller."""
        called = Q(created_at__gt=since) | Q(state=Conference.State.MINUTES, updated_at__gt=since)
        return called & ~Q(agency_id=actor.agency_id)

    def chips(self, visible: ConferenceQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Waiting for us"), "waiting=1", visible.waiting_on(actor)
        yield _("Open"), "open=1", visible.open()
        yield _("All"), "", visible


CONFERENCE = Resource(
    name="conferences",
    kind="conference",
    model=Conference,
    page="conference",
    label=_("Conference"),
    plural=_("Conferences"),
    looks={
        "CALLED": ("wait", "people"),
        "MINUTES": ("review", "eye"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency"),
    is_corrected=False,  # its minutes are corrected by its own table
    adds={"cases": STARTS},
    contributes={"cases": {"call_conference": call_conference}},
    listing=ConferenceList(),
    # Permissions read participants and shares repeatedly.
    page_rows=lambda rows, actor: rows.select_related("convener").prefetch_related("participants", "case__shares"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenConferences(),
    navigation=NavigationPage(group=Group.BETWEEN_AGENCIES, place=52, counts="conference", waiting="?waiting=1"),
    on_case=ConferencesOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": ""})),
    letters=LetterRules(of=_letter),
    reading=lambda conference, actor: [(_("Agenda"), conference.agenda)],
    late=Late(
        debtor="agency_id",
        since="starts_at",
        handler="convener_id",
        # Those that began, whose caller has neither written minutes nor cancelled.
        late=lambda rows, now: rows.filter(state=Conference.State.CALLED, starts_at__lt=now - TO_WRITE_MINUTES),
        owed_to=lambda agency: Q(Exists(Participant.objects.filter(conference=OuterRef("pk"), agency=agency))),
        about=lambda conference: _("Conference without minutes"),
        waits_for_several=True,
    ),
    measures=MEASURES,
    notices=Notices(in_hand=("convener", "participants__people")),
    api=Api(
        row=("case", "agenda", "reason", "updated_at"),
        detail=("participants", "minutes", "resolutions"),
        shape=ConferenceShape,
    ),
)
