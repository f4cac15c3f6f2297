"""One seeded case while it is written: its time, events, periods, holds and search texts."""

from typing import NamedTuple

from agencies.kernel.search_parts import Phrase
from agencies.people.naming import handler_phrase

from .chain import ChainedEvent, EventActor
from .copies import COPY, PreparedCases
from .loading import NULL
from .shapes import CLOCK, HOLD, STAY
from .world import ONE_DAY, SeededAgency, World

DAY = ONE_DAY
SORTS = {"t": "text", "p": "name", "n": "number"}  # kind of text, for the search


class Subject(NamedTuple):
    """What a period is about: its kind and id, and the proceeding that it is or belongs to."""

    kind: str
    id: str
    proceeding: str = NULL


class Course:
    """The agencies, people and fate of a case are drawn at its beginning; its parts follow."""

    def __init__(self, world: World, prepared: PreparedCases, serial: int, number: str, opened: int) -> None:
        self.world, self.prepared, self.add = world, prepared, prepared.add
        self.tag = f"{world.seed}-{serial}-{COPY}"
        rng = self.rng = world.rng
        self.number, self.opened = number, opened
        self.id = world.uuid()
        self.lead = world.lead()
        self.officer = rng.choice(self.lead.people)
        self.lasts = int((40 + 300 * rng.random() ** 2) * DAY)
        self.closed = opened + self.lasts < world.now and rng.random() < 0.97
        self.criminal = rng.random() < 0.3
        self.events: list[ChainedEvent] = []
        self.due: list[int] = []
        # by object: when it reached its state, and its number of transitions
        self.places: dict[str, tuple[int, int]] = {}
        self.at = opened
        self.handling = "H3" if rng.random() < 0.05 else rng.choice(("H1", "H1", "H2"))

    def _found(
        self,
        kind: str,
        thing: str,
        at: str,
        values: tuple[str, ...],
        sorts: str,
        *,
        seq: int = 0,
        handler: EventActor | None = None,
    ) -> None:
        """Search texts of the object as its resource's `Search` declares them; a test compares the two."""
        texts = [Phrase("", value, SORTS[sort]) for value, sort in zip(values, sorts, strict=True)]
        if handler is not None and handler.id in self.world.accounts:
            texts.append(handler_phrase(self.world.accounts[handler.id], handler.agency_id))
        self.prepared.find(kind, thing, thing if kind == "lead" else self.id, at, texts, seq)

    def _referral_found(self, rid: str, at: str, number: str, title: str) -> None:
        self._found("envelope", rid, at, (number,), "n")
        self._found("referral", rid, at, (number, title), "np")

    def _pass(self, days: int) -> int:
        """Advances time, but not beyond now."""
        self.at = min(self.at + self.rng.randrange(1, days * DAY), self.world.now - 600)
        return self.at

    def _add_event(
        self,
        verb: str,
        kind: str,
        object_id: str,
        *,
        sources: str = "",
        to: str = "",
        who: EventActor | None = None,
        **rest: object,
    ) -> None:
        at, by = min(self.at, self.world.now - 60), who or self.officer
        if kind in ("referral", "proceeding"):
            self._moved(kind, object_id, sources, at, by.agency_id, self._known(by))
        stamp = self.world.stamp(at)
        self.events.append(ChainedEvent(stamp, by, verb, kind, object_id, sources, to, **rest))  # type: ignore[arg-type]

    def _moved(self, kind: str, thing: str, left: str, at: int, agency: int, person: str) -> None:
        """The interval that ends when the object leaves a state; nothing ends at its beginning."""
        entered, number = self.places.get(thing, (at, 0))
        if left:
            number, stamp = number + 1, self.world.stamp
            self.add(
                STAY, STAY.row(kind, thing, number, left, agency, NULL, person, stamp(entered), stamp(max(at, entered)))
            )
        self.places[thing] = (at, number)

    def _clock(
        self,
        code: str,
        about: Subject,
        owner: SeededAgency,
        start: int,
        days: int,
        ended: int,
    ) -> int:
        """A period from `start` for `days`, stopped at `ended`; still running if that is in the future. Only those of
        proceedings are not private."""
        private = about.kind != "proceeding"
        world, due = self.world, start + days * DAY
        runs = not self.closed and not 0 < ended < world.now
        stopped = NULL if runs else world.stamp(max(start, min(ended or start + DAY, world.now)))
        stamp, end = world.stamp(start), world.stamp(due)
        self.add(CLOCK, CLOCK.row(
            world.uuid(), 1, stamp, "RUNNING" if runs else "STOPPED", stamp, stamp, *world.rules[code], self.id,
            about.kind, about.id, owner.id, owner.id, "t" if private else "f", about.proceeding, stamp, end, end, end,
            stopped,
        ))  # fmt: skip
        if runs and not private:
            self.due.append(due)
        return due

    def _hold(self, verb: str, because: str, agency: SeededAgency, source: str) -> None:
        self.add(HOLD, HOLD.row(self.id, verb, because, agency.id, source, self.world.stamp(self.opened)))

    def _known(self, who: EventActor) -> str:
        """Only the demonstration's people have accounts; others use names without one."""
        return who.id if who.id in self.world.accounts else NULL
