"""Mentions in a note: @ with the Chinese name of a person, agency or unit, a sign-in name, or the code of a unit.

Only readers of the note can be mentioned. The error is the same for an unknown name and for a person who may not read
the note, so it does not disclose who exists. `suggest` completes a name that is being typed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.journal.actions import notify_person
from agencies.journal.models import Event
from agencies.kernel.actor import Actor, Role
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.pinyin import matches_name
from agencies.organisations.models import Agency
from agencies.people.models import Membership, User
from agencies.people.sight import actor_for
from cases.casefile.models import CONTENTS, Case
from cases.proceedings.models import Proceeding
from cases.sharing.models import Share

from .models import Mention, Note
from .starts import STARTS

# A sign-in name or code is ASCII, so that Chinese text may follow it without a space; after a Chinese name the text
# goes on in the same letters, so the longest known name counts. Not after a letter: an e-mail address is no mention.
NAMED = re.compile(r"(?<![A-Za-z0-9_.@-])@([A-Za-z0-9_][A-Za-z0-9_.-]*|[\u3400-\u9fff][\u3400-\u9fff·]+)")
HAN = re.compile(r"[\u3400-\u9fff·]+")
LONGEST_NAME = 30
MOST = 20
SUGGESTED = 8
MOST_CHECKED = 24  # matching people whose permission is asked, each in two queries


@dataclass(frozen=True)
class MentionSuggestion:
    """A person, agency or unit that may be mentioned. `mention` is the text after the @."""

    mention: str
    name: str
    detail: str


def names_in(text: str) -> list[str]:
    return list(dict.fromkeys(name.rstrip(".-")[:LONGEST_NAME] for name in NAMED.findall(text)))


def known_people(case: Case, actor: Actor) -> Q:
    """Colleagues, and the named handlers of proceedings on the case."""
    handlers = Proceeding.objects.visible_to(actor).filter(case=case, handler__isnull=False)
    return Q(agency_id=actor.agency_id) | Q(pk__in=handlers.values("handler"))


def mention(note: Note, text: str, *, actor: Actor) -> list[Mention]:
    """Saves new mentions of the text. Raises Invalid for names that may not read the note."""
    names = names_in(text)
    if len(names) > MOST:
        raise Invalid.field("text", "mentions", _("A note mentions at most %(most)s.") % {"most": MOST})
    people, units = _named(note, names, actor)
    before = {(one.person_id, one.unit_id) for one in note.mentions.all()}
    named = [
        *(Mention(note=note, person=one) for one in people if (one.pk, None) not in before),
        *(Mention(note=note, unit=one) for one in units if (None, one.pk) not in before),
    ]
    return Mention.objects.bulk_create(named)


def _named(note: Note, names: list[str], actor: Actor) -> tuple[list[User], list[Agency]]:
    """The readers of the note that these names mean. Raises Invalid for unknown names, and for a name of several."""
    typed = {part for name in names for part in _possible(name)}
    known = User.objects.filter(known_people(note.case, actor), Q(username__in=typed) | Q(name_zh__in=typed))
    found: dict[str, dict[Any, User | Agency]] = {}
    for person in known.filter(is_active=True):
        if _reads(actor_for(person), note):
            for key in {person.username, person.name_zh} & typed:
                found.setdefault(key, {})[person.pk] = person
    for unit in Agency.objects.filter(Q(code__in=typed) | Q(name_zh__in=typed)):
        if _unit_reads(unit, note):
            for key in {unit.code, unit.name_zh} & typed:
                found.setdefault(key, {})[unit.pk] = unit
    meant = {name: next((found[part] for part in _possible(name) if part in found), {}) for name in names}
    if unknown := [name for name, rows in meant.items() if not rows]:
        detail = _(
            "No person or unit of this name may read the note: %(names)s. Change the visibility, or remove the @."
        )
        raise Invalid.field("text", "mention", detail % {"names": ", ".join(unknown)})
    for rows in meant.values():
        if len(rows) > 1:
            raise _ambiguous(list(rows.values()))
    single = [next(iter(rows.values())) for rows in meant.values()]
    people = {one.pk: one for one in single if isinstance(one, User)}
    units = {one.pk: one for one in single if isinstance(one, Agency)}
    return list(people.values()), list(units.values())


def _possible(name: str) -> list[str]:
    """What the text after an @ may mean, the longest first: a Chinese name may be followed by text."""
    return [name[:length] for length in range(len(name), 1, -1)] if HAN.match(name) else [name]


def _ambiguous(rows: list[User | Agency]) -> Invalid:
    choices = ", ".join(f"@{one.username if isinstance(one, User) else one.code}" for one in rows)
    detail = _("Several have the name %(name)s. Write one of these instead: %(choices)s.")
    return Invalid.field("text", "ambiguous", detail % {"name": rows[0].name, "choices": choices})


def suggest(case: Case, typed: str, *, actor: Actor) -> list[MentionSuggestion]:
    """People, agencies and units that the actor may mention on this case, and whose name, pinyin, initials, sign-in
    name or code matches. All of them read the contents of the case, so that no other person is disclosed.

    Raises Forbidden for an actor who writes no notes here.
    """
    if not actor.is_person:
        raise Forbidden(_("Notes are written by people."))
    STARTS.check("write_note", actor, case)
    typed = typed.strip()[:LONGEST_NAME]
    return [*islice(_people_called(case, typed, actor), SUGGESTED), *_units_called(case, typed, actor)][:SUGGESTED]


def _people_called(case: Case, typed: str, actor: Actor) -> Iterator[MentionSuggestion]:
    known = (
        User.objects.filter(known_people(case, actor), is_active=True).exclude(pk=actor.id).order_by("name_zh", "pk")
    )
    names = list(known.values_list("pk", "name_zh", "name_en", "username"))
    of_name = Counter(name_zh for _pk, name_zh, _name_en, _username in names)
    matching = [pk for pk, *called in names if matches_name(typed, *called)][:MOST_CHECKED]
    for person in User.objects.filter(pk__in=matching).order_by("name_zh", "pk"):
        if Case.objects.contents_visible_to(actor_for(person)).filter(pk=case.pk).exists():
            is_clear = of_name[person.name_zh] == 1 and _is_written_as_typed(person.name_zh)
            yield MentionSuggestion(person.name_zh if is_clear else person.username, person.name, person.username)


def _units_called(case: Case, typed: str, actor: Actor) -> Iterator[MentionSuggestion]:
    """The agencies that read the case, and the actor's units."""
    sharing = Share.objects.live().filter(case=case, profile__in=CONTENTS).values("agency")
    for unit in Agency.objects.filter(Q(pk__in=sharing) | Q(pk__in=actor.units)).order_by("id"):
        if matches_name(typed, unit.name_zh, unit.name_en, unit.code):
            mention = unit.name_zh if _is_written_as_typed(unit.name_zh) else unit.code
            yield MentionSuggestion(mention, unit.name, unit.code)


def _is_written_as_typed(name: str) -> bool:
    """Whether `NAMED` reads the whole name."""
    return 1 < len(name) <= LONGEST_NAME and HAN.fullmatch(name) is not None


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
