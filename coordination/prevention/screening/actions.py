"""Actions on screening matches: find them, follow the changes of both sides, decide."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Stream
from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic, touch
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.controls.parties import EntryIndex, entry_index
from cases.watchlists.entries import forget
from cases.watchlists.models import Listing
from coordination.exchange.letters.acting import person_of

from .finding import FoundMatch, MatchKey, found_in, key_of, version_of
from .models import Match, ScreenedMatter
from .subjects import SUBJECTS, SubjectKind
from .workflow import MATCH, table_of

S = Match.State
BATCH = 500  # matters read at once
SLICE = 2_000  # matters of one job; then other jobs of this worker have their turn
QUEUE = "screening"  # the job name under which failures are reported
UNDECIDED: dict[str, Any] = {"verdict": "", "because": "", "decided_by": None, "decided_at": None}


# Following -----------------------------------------------------------------------------------------------------------
def follow_changes(most: int = SLICE) -> int:
    """Screens every open matter with new events, and all after a list changed. Returns the number of matters; a second
    run finds none.

    What was screened is known by the last event of the matter's stream, so that no action knows of screening.
    """
    return sum(_follow(kind, most) for kind in SUBJECTS.values())


def screen_all() -> Iterator[int]:
    """Screens all open matters anew; yields the number of matters of each batch. Resumable at any time, because it only
    forgets first up to where they were screened."""
    ScreenedMatter.objects.update(lists="")
    while done := follow_changes(BATCH):
        yield done


def _follow(kind: SubjectKind, most: int) -> int:
    done = 0
    while done < most:
        forget()  # another process may have changed a list: two workers must not screen with different ones
        index = entry_index()
        version = version_of(index)
        heads = _behind(kind, version, deferred_keys(QUEUE))
        if not heads:
            break
        _screen(kind, heads, index, version)
        done += len(heads)
    return done + _end(kind, deferred_keys(QUEUE))


def _behind(kind: SubjectKind, version: str, aside: Collection[str]) -> dict[UUID, int]:
    """Matter → its last event, for a batch of open matters that were not screened since it or with other lists."""
    head = Stream.objects.filter(kind=kind.stream, subject=OuterRef("pk")).values("head_seq")[:1]
    screened = ScreenedMatter.objects.filter(matter=OuterRef("pk"), lists=version, seq=OuterRef("head"))
    matters = kind.open().annotate(head=Coalesce(Subquery(head), Value(0), output_field=IntegerField()))
    rows = matters.filter(~Exists(screened)).exclude(pk__in=aside).order_by("pk")
    return dict(rows.values_list("pk", "head")[:BATCH])


def _screen(kind: SubjectKind, heads: Mapping[UUID, int], index: EntryIndex, version: str) -> None:
    """Most matters need no write: they are noted as screened together, the others are locked one by one."""
    found, held = found_in(kind, heads, index), _held(kind, heads)
    same = [matter for matter in heads if _agree(found[matter], held[matter])]
    _note(kind, {matter: heads[matter] for matter in same}, version)
    others = [matter for matter in heads if matter not in set(same)]
    process_each(QUEUE, others, lambda matter: _write(kind, matter, index, version))


def _held(kind: SubjectKind, matters: Collection[UUID]) -> dict[UUID, dict[MatchKey, Match]]:
    held: dict[UUID, dict[MatchKey, Match]] = {matter: {} for matter in matters}
    for match in _matches(kind, matters):
        held[getattr(match, kind.column)][key_of(match)] = match
    return held


def _matches(kind: SubjectKind, matters: Collection[UUID]) -> QuerySet[Match]:
    rows = Match.objects.filter(subject_kind=kind.kind, **{f"{kind.column}__in": list(matters)})
    return rows.select_related("listing__owner", "case", "lead").order_by("pk")


def _agree(found: Mapping[MatchKey, FoundMatch], held: Mapping[MatchKey, Match]) -> bool:
    present = {key: match for key, match in held.items() if match.state != S.GONE}
    return found.keys() == present.keys() and all(_is_current(found[key], match) for key, match in present.items())


def _is_current(one: FoundMatch, match: Match) -> bool:
    columns = {name: getattr(match, name) for name in one.columns()}
    return columns == one.columns() and match.listing.state != Listing.State.REPLACED


def _note(kind: SubjectKind, heads: Mapping[UUID, int], version: str) -> None:
    rows = [ScreenedMatter(kind=kind.kind, matter=pk, seq=seq, lists=version) for pk, seq in heads.items()]
    ScreenedMatter.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["matter"], update_fields=["kind", "seq", "lists"]
    )


def _write(kind: SubjectKind, matter: UUID, index: EntryIndex, version: str) -> None:
    """Brings the matches of one matter up to date, as both sides are now that it is locked."""
    with kind.locked(matter):
        found, held = found_in(kind, [matter], index)[matter], _held(kind, [matter])[matter]
        codes = {code for _subject, _part, code in found}
        entries = {one.code: one for one in Listing.objects.current_versions().filter(code__in=codes)}
        for key, one in found.items():
            listing = entries[one.named.entry.code]
            if key in held:
                _continue(held[key], one, listing)
            else:
                _begin(kind, matter, one, listing)
        for key, match in held.items():
            if key not in found and match.state != S.GONE:
                _move(match, "leave")
        _note(kind, {matter: _head(kind, matter)}, version)


def _head(kind: SubjectKind, matter: UUID) -> int:
    found = Stream.objects.filter(kind=kind.stream, subject=matter).values_list("head_seq", flat=True)
    return found.first() or 0


def _end(kind: SubjectKind, aside: Collection[str]) -> int:
    """Ends the open matches of matters that are no longer open. Verdicts stay."""
    screened = ScreenedMatter.objects.filter(kind=kind.kind).exclude(matter__in=kind.open().values("pk"))
    matters = screened.exclude(matter__in=aside).order_by("pk").values_list("matter", flat=True)[:BATCH]
    return len(process_each(QUEUE, list(matters), lambda matter: _end_one(kind, matter)))


def _end_one(kind: SubjectKind, matter: UUID) -> None:
    with kind.locked(matter):
        for match in _matches(kind, [matter]).filter(state=S.OPEN):
            _move(match, "leave")
        ScreenedMatter.objects.filter(matter=matter).delete()


# Matches -------------------------------------------------------------------------------------------------------------
def _begin(kind: SubjectKind, matter: UUID, one: FoundMatch, listing: Listing) -> None:
    """A match with what was decided about the same two sides while the matter was a lead."""
    carried = _decided_on_lead(kind, matter, one)
    match = Match.objects.create(
        subject_kind=kind.kind,
        subject=one.subject.subject,
        part=one.subject.part,
        code=one.named.entry.code,
        listing=listing,
        state_since=times.now(),
        **{kind.column: matter},
        **one.columns(),
        **carried,
    )
    data = {"name": match.subject_name, "entry": match.code, "grade": match.grade, "because": match.because}
    record_event(
        stream_of_match(match),
        actor=SYSTEM,
        action=Action("find", "match", match.pk, to_state=match.state, data=data),
        audience=_audience(match, notify=match.is_open),
    )


def _decided_on_lead(kind: SubjectKind, matter: UUID, one: FoundMatch) -> dict[str, Any]:
    if kind.kind != "party":
        return {}
    digests = {name: value for name, value in one.columns().items() if name.endswith("_digest")}
    decided = Match.objects.filter(lead__case=matter, code=one.named.entry.code, **digests).exclude(verdict="")
    last = decided.order_by("-decided_at").first()
    if last is None:
        return {}
    return {"state": last.verdict} | {name: getattr(last, name) for name in UNDECIDED}


def _continue(match: Match, one: FoundMatch, listing: Listing) -> None:
    """A verdict holds while neither side changed in what was compared, also after the match had gone."""
    columns: dict[str, Any] = {**one.columns(), "listing": listing}
    changed = {name: value for name, value in columns.items() if getattr(match, name) != value}
    if any(name.endswith("_digest") for name in changed):
        changed |= UNDECIDED
        if match.state != S.OPEN:
            _move(match, "reopen", changes=changed)
            return
    elif match.state == S.GONE:
        verb = f"return_{match.verdict.lower()}" if match.verdict else "reopen"
        _move(match, verb, changes=changed)
        return
    if changed:
        Match.objects.filter(pk=match.pk).update(version=F("version") + 1, updated_at=times.now(), **changed)
        touch("match", match.pk)


def stream_of_match(match: Match) -> StreamKey:
    kind = SUBJECTS[match.subject_kind]
    return StreamKey(kind.stream, getattr(match, kind.column))


def _audience(match: Match, *, notify: bool) -> Audience:
    """The event of a match with an own entry is for the agency that keeps it."""
    visibility = table_of(match).transitions["leave"].visibility
    counterpart = match.holder_id if match.of_own_list else None
    return Audience(visibility, counterpart_id=counterpart, notify=[match.holder_id] if notify else [])


def _move(match: Match, verb: str, **given: Any) -> TransitionResult[Match]:
    notify = verb == "reopen"
    return apply_transition(
        match, verb, actor=SYSTEM, streams=[stream_of_match(match)], audience=_audience(match, notify=notify), **given
    )


def decide(match: Match, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Match]:
    """Records the verdict of a person with its reason (`because`)."""
    kind = SUBJECTS[match.subject_kind]
    changes = {"verdict": MATCH.transitions[verb].to, "decided_by": person_of(actor), "decided_at": TIME_OF_ACT}
    with atomic(), kind.locked(getattr(match, kind.column)):
        return apply_transition(
            match,
            verb,
            actor=actor,
            streams=[stream_of_match(match)],
            audience=_audience(match, notify=False),
            changes=changes,
            **given,
        )


ACTIONS: ActionTable = {verb: partial(decide, verb=verb) for verb in ("same", "different")}
