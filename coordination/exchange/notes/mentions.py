"""Mentions in a note: @username, or @code of a unit or agency. Only readers of the note can be mentioned.

The error is the same for an unknown name and for a person who may not read the note, so it does not disclose who
exists.
"""

import re
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.journal.actions import notify_person
from agencies.journal.models import Event
from agencies.kernel.actor import Actor, Role
from agencies.kernel.errors import Invalid
from agencies.organisations.models import Agency
from agencies.people.models import Membership, User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding

from .models import Mention, Note

# ASCII, so that Chinese text may follow a name without a space. Not after a letter, so that an e-mail address is no
# mention.
NAMED = re.compile(r"(?<![\w.@-])@([A-Za-z0-9_][\w.-]*)", re.ASCII)
MOST = 20


def names_in(text: str) -> list[str]:
    return list(dict.fromkeys(name.rstrip(".-") for name in NAMED.findall(text)))


def known_people(case: Case, actor: Actor) -> Q:
    """Colleagues, and the named handlers of proceedings on the case."""
    handlers = Proceeding.objects.visible_to(actor).filter(case=case, handler__isnull=False)
    return Q(agency_id=actor.agency_id) | Q(pk__in=handlers.values("handler"))


def mention(note: Note, text: str, *, actor: Actor) -> list[Mention]:
    """Saves new mentions of the text. Raises Invalid for names that may not read the note."""
    names = names_in(text)
    if len(names) > MOST:
        raise Invalid.field("text", "mentions", _("A note mentions at most %(most)s.") % {"most": MOST})
    people = {one.username: one for one in _people(note, names, actor)}
    units = {one.code: one for one in Agency.objects.filter(code__in=names) if _unit_reads(one, note)}
    unknown = [name for name in names if name not in people and name not in units]
    if unknown:
        detail = _(
            "No person or unit of this name may read the note: %(names)s. Change the visibility, or remove the @."
        )
        raise Invalid.field("text", "mention", detail % {"names": ", ".join(unknown)})
    before = {(one.person_id, one.unit_id) for one in note.mentions.all()}
    named = [
        *(Mention(note=note, person=one) for one in people.values() if (one.pk, None) not in before),
        *(Mention(note=note, unit=one) for one in units.values() if (None, one.pk) not in before),
    ]
    return Mention.objects.bulk_create(named)


def _people(note: Note, names: Iterable[str], actor: Actor) -> list[User]:
    known = User.objects.filter(known_people(note.case, actor), username__in=names, is_active=True)
    return [one for one in known if _reads(actor_for(one), note)]


def _unit_reads(unit: Agency, note: Note) -> bool:
    """Checked as for any officer of the unit."""
    agency = unit.agency or unit
    officer = Actor(
        kind="unit",
        id="",
        agency_id=agency.pk,
        agency_code=agency.code,
        line=agency.line,
        units=frozenset({unit.pk}),
        roles=frozenset({Role.OFFICER}),
    )
    return _reads(officer, note)


def _reads(reader: Actor, note: Note) -> bool:
    return Note.objects.visible_to(reader).filter(pk=note.pk).exists()


def notify_mentioned(named: Iterable[Mention], event: Event) -> None:
    """Notifies newly mentioned people; for a unit, everyone in it."""
    for one in named:
        members = Membership.objects.current().filter(unit=one.unit_id).values("user")
        for person in [one.person] if one.person else User.objects.filter(pk__in=members, is_active=True):
            notify_person(event, person.pk, agency_id=person.agency_id, because="mentioned")
