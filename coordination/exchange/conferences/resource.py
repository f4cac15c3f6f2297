"""The resource of conferences."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.late import Late
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.resource import Api, Listing, Notices, Resource, Summary
from agencies.kernel.sights import ByColumns
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, handling, sees_case, with_case_seen

from .actions import ACTIONS, call_conference
from .filters import DEFAULT_SORT, SORTS, ConferenceFilter
from .measures import MEASURES
from .models import TO_WRITE_MINUTES, Conference, Participant
from .on_case import ON_CASE
from .open_items import COUNTER, OPEN_ITEMS
from .shapes import ConferenceShape
from .starts import STARTS
from .work import WORK
from .workflow import CONFERENCE as TABLE

_PLACE = (
    "{{ row.place|default:'–'|with_lang }}{% if row.phone %}<span class=\"cv-sub\">{{ row.phone }}</span>{% endif %}"
)


def _arrived(actor: Actor, since: datetime, acts: QuerySet[Any]) -> Q:
    """Its actions are shown to all participants, but belong to the caller."""
    called = Q(created_at__gt=since) | Q(state=Conference.State.MINUTES, updated_at__gt=since)
    return called & ~Q(agency_id=actor.agency_id)


def _letter(conference: Conference) -> Letter:
    return Letter(
        sender=conference.agency,
        to=[one.agency for one in conference.participants.select_related("agency").order_by("agency_id")],
        title=conference.title,
        text=f"{conference.agenda}\n{conference.place}".strip(),
        due_at=conference.starts_at,
        due_words=_("Begins"),
    )


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
    listing=Listing(
        filters=ConferenceFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("case", "agency"),
        page="conferences",
        columns=(
            columns.title("conference", pgettext_lazy("conference", "Subject"), more=CASE_BELOW),
            *CASE_COLUMNS,
            columns.state(),
            columns.agency("agency", _("Called by")),
            columns.moment("starts_at", _("When"), sort="starts"),
            columns.plain("place", pgettext_lazy("conference", "Where"), cell=_PLACE),
            columns.plain("phone", _("Phone")),
        ),
        handling=handling,
        shown=with_case_seen,
        inside=sees_case,
        arrived=_arrived,
    ),
    work=(WORK,),
    open_items=OPEN_ITEMS,
    counter=COUNTER,
    on_case=ON_CASE,
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
