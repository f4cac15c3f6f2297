"""Notes (办案记录), for a unit, an agency or all readers of the case."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding, has_a_wall, walled_ids, without_other_side
from cases.sharing.models import reads_contents
from coordination.exchange.letters.models import optional_link
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task


def with_visible_subject(actor: Actor) -> Any:
    """A note about an object is visible only to readers of the object, so that it does not disclose a draft
    transfer."""
    proceedings = Proceeding.objects.visible_to(actor)
    if has_a_wall(actor):
        proceedings = proceedings.exclude(pk__in=walled_ids(actor))
    seen: Any = Q(about_kind="")  # typed as Any: a Q that contains a condition on another model
    for kind, rows in (
        ("proceeding", proceedings),
        ("referral", Referral.objects.visible_to(actor)),
        ("task", Task.objects.visible_to(actor)),
    ):
        seen |= Q(about_kind=kind) & Exists(rows.filter(pk=OuterRef("about_id")))
    return seen


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, actor: Actor) -> Self:
        """Notes whose audience includes the actor, if the actor reads the case's contents and the note's object.

        The wall inside an anti-smuggling bureau applies: handlers of one side do not read notes of the other.
        """
        chosen = Q(audience=Note.Audience.CASE)
        if actor.is_staff:
            chosen |= Q(audience=Note.Audience.AGENCY, agency_id=actor.agency_id)
            chosen |= Q(audience=Note.Audience.UNIT, unit_id__in=actor.units)
        seen = self.filter(chosen, with_visible_subject(actor), reads_contents(actor))
        return without_other_side(seen, actor, "author", Q(audience=Note.Audience.CASE))

    def standing(self) -> Self:
        return self.filter(state=Note.State.WRITTEN)

    def written_by(self, actor: Actor) -> Self:
        return self.filter(author_id=actor.person_id)

    def mentioning(self, actor: Actor) -> Self:
        """Notes that mention the actor, one of their units or their agency."""
        return self.filter(Exists(Mention.objects.of(actor).filter(note=OuterRef("pk"))))

    def unread_by(self, actor: Actor) -> Self:
        """Current versions that the actor has not read: the note mentions the actor, or the actor works on the case.

        Working on a case means: has read or written notes there, handles a proceeding or has a task.
        """
        me = actor.person_id
        if me is None:
            return self.none()
        own = ReadMark.objects.filter(person=me)
        tasks = Task.objects.open().of_person(actor).order_by().values("case")
        handled = Proceeding.objects.filter(handler=me).order_by().values("case")
        read = Exists(own.filter(case=OuterRef("case"), until__gte=OuterRef("updated_at")))
        unread = Note.objects.standing().exclude(author=me).exclude(read).order_by()
        # A union, so that an index finds the notes of the few cases of a person; joined by OR, all notes are read.
        on_cases = unread.filter(case__in=own.values("case").union(tasks, handled))
        mentioned = unread.filter(pk__in=Mention.objects.of(actor).values("note"))
        return self.filter(pk__in=on_cases.values("pk").union(mentioned.values("pk")))

    def waiting_for(self, actor: Actor) -> Self:
        """The visible ones of `unread_by`, for a number on every page: nothing is asked about who sees a note for a
        person who has none."""
        unread = list(Note.objects.unread_by(actor).values_list("pk", flat=True))
        return self.visible_to(actor).filter(pk__in=unread) if unread else self.none()

    def with_unread(self, actor: Actor) -> Self:
        """Adds `is_unread`, so that a list can mark unread notes."""
        return self.annotate(is_unread=Exists(Note.objects.unread_by(actor).filter(pk=OuterRef("pk"))))


class Note(Stateful):
    """A note. `text` is the current version; earlier versions are in the journal, outside the hash chain."""

    class State(models.TextChoices):
        WRITTEN = "WRITTEN", _("Written")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    class Audience(models.TextChoices):
        UNIT = "unit", _("unit of the writer")
        AGENCY = "agency", _("agency of the writer")
        CASE = "case", _("all agencies that read the case")

    journal_kind = "note"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    unit = optional_link(Agency)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    about_kind = models.CharField(max_length=20, blank=True, help_text="proceeding, referral or task")
    about_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITTEN)
    text = models.TextField()
    said_at = models.DateTimeField(help_text="when it was written, or last edited")
    edits = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True, help_text="why it was withdrawn")

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-said_at"], name="note_by_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="unit", unit__isnull=False) | ~Q(audience="unit") & Q(unit=None),
                name="note_unit_for_unit",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id=None) | ~Q(about_kind="") & Q(about_id__isnull=False),
                name="note_about_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Case note"))

    def versions(self) -> "models.QuerySet[Event]":
        """Events that hold each version of the text, oldest first."""
        events = Event.objects.filter(object_kind=self.journal_kind, object_id=self.pk, verb__in=["write", "edit"])
        return events.select_related("note").order_by("id")


class MentionQuerySet(models.QuerySet["Mention"]):
    def of(self, actor: Actor) -> Self:
        """Mentions of the actor, one of their units or their agency."""
        return self.filter(Q(person_id=actor.id) | Q(unit_id__in=actor.units) | Q(unit_id=actor.agency_id))


class Mention(models.Model):
    """A person, unit or agency mentioned in a note. Notified once, however often the note is edited."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    person = optional_link(User, related_name="mentions")
    unit = optional_link(Agency)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="mention_person_once"),
            models.UniqueConstraint(fields=["note", "unit"], name="mention_unit_once"),
            models.CheckConstraint(condition=Q(person=None) ^ Q(unit=None), name="mention_person_or_unit"),
        ]


class ReadMark(models.Model):
    """How far a person has read the notes of a case. Not in the journal, because reading is not an action on the
    case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "case"], name="reading_once")]
