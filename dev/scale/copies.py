"""A block of generated cases, prepared once and written many times.

What differs in each copy is marked in the prepared texts: how the ids of its rows end, its number in the numbers of
papers, declarations and firms, and the numbers of its cases. Times are moved by whole days, so that what is derived
from one copy (work items, figures) holds for the others. Digests and the words of marked texts are made for each copy.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from uuid import uuid5

from agencies.kernel.search_parts import Phrase
from agencies.work.actions import SPACE
from coordination.insight.search.words import kind_word, words_of

from .chain import STREAM, ChainedEvent, Link, PreparedEvent, made_event
from .loading import Loader, Shape
from .shapes import ENTRY, WORK

COPY, TAIL = "\ue001", "\ue002"  # the number of the copy; the last twelve digits of an id
ENTRY_WORDS = [field.attname for field in ENTRY.fields].index("words")
NUMBER = re.compile("\ue003([0-9]+)\ue004")
MARKED = re.compile("[\ue001-\ue004]")
DAY = re.compile(r"20\d\d-\d\d-\d\d(?=[T\t])")
# Names of further texts, which are prepared like the lines of a table.
BODIES, EVENTS, NOTES, STREAMS, FOUND, PHRASES, WORK_KEYS = "bodies", "events", "notes", "streams", "found", "", "work"


def number_of(index: int) -> str:
    """Stands for the number of a case."""
    return f"\ue003{index}\ue004"


@dataclass(frozen=True, slots=True)
class CaseCopy:
    """`numbers` of its cases; times are `days` earlier than prepared; the first ids reserved for it."""

    index: int
    tail: str
    numbers: Sequence[str]
    days: int
    first_stream: int
    first_event: int

    def filled(self, text: str) -> str:
        text = text.replace(TAIL, self.tail).replace(COPY, f"{self.index:05d}")
        return NUMBER.sub(lambda found: self.numbers[int(found[1])], text)


class PreparedCases:
    """The texts of prepared cases by table, in the order of the cases."""

    def __init__(self) -> None:
        self.texts: defaultdict[Shape | str, list[str]] = defaultdict(list)
        self.ends: list[dict[Shape | str, int]] = []  # for each case: the number of texts up to it
        self.phrases: list[list[Phrase]] = []
        self.lengths: list[int] = []  # of streams, in events
        self.owner: dict[str, int] = {}  # id of a row → index of its case
        self._dated = lru_cache(maxsize=256)(self._with_days)

    def add(self, shape: Shape | str, line: str) -> None:
        self.texts[shape].append(line)

    def chain(self, kind: str, subject: str, events: Iterable[ChainedEvent], salts: Iterable[str]) -> None:
        """A whole stream. `salts` gives a fresh one for each event."""
        seq = 0
        for seq, (event, salt) in enumerate(zip(events, salts, strict=False), start=1):
            made = made_event(kind, subject, seq, event, salt)
            self.add(BODIES, made.body)
            self.add(EVENTS, made.line)
            self.add(NOTES, made.note)
        self.add(STREAMS, STREAM.row("%s", kind, subject, seq, "%s"))
        self.lengths.append(seq)

    def find(self, kind: str, thing: str, subject: str, at: str, phrases: list[Phrase], seq: int) -> None:
        """An entry of the search index."""
        named = kind_word(kind)
        if not any(MARKED.search(phrase.value) for phrase in phrases):
            self.add(ENTRY, ENTRY.row(kind, thing, subject, at, f"{named} {words_of(phrases)}", seq))
            return
        self.add(FOUND, ENTRY.row(kind, thing, subject, at, f"{named} %s", seq))
        self.add(PHRASES, "\t".join(phrase.value for phrase in phrases))
        self.phrases.append(phrases)

    def end_case(self, made: list[str]) -> None:
        """Ends a case; `made` are the ids made since the last, and is emptied."""
        self.owner |= dict.fromkeys(made, len(self.ends))
        made.clear()
        self.ends.append({name: len(lines) for name, lines in self.texts.items()})

    def add_derived(self, name: Shape | str, lines: Iterable[tuple[int, str]]) -> None:
        """Lines that were derived later, each with the index of its case."""
        for index, line in sorted(lines, key=itemgetter(0)):
            self.ends[index][name] = self.ends[index].get(name, 0) + 1
            self.add(name, line)
        total = 0
        for end in self.ends:
            total = end[name] = total + end.get(name, 0)
        self._dated.cache_clear()

    def add_words(self, words: Mapping[tuple[str, str], str]) -> None:
        """Words that were derived later, with a space at the end, by the kind and object of their entries."""
        for name in (ENTRY, FOUND):
            entries = [line.split("\t", ENTRY_WORDS) for line in self.texts[name]]
            self.texts[name] = ["\t".join([*key, words.get((key[0], key[1]), "") + rest]) for *key, rest in entries]
        self._dated.cache_clear()

    def write(self, copy: CaseCopy) -> Loader:
        """All lines of a copy, with as many cases as it has numbers."""
        loader = Loader()
        for shape in self.texts:
            if isinstance(shape, Shape) and shape is not WORK:
                loader.lines[shape] += self._filled(shape, copy)
        self._chained(copy, loader)
        for line, words in zip(self._filled(FOUND, copy), self._words(copy), strict=True):
            loader.add(ENTRY, line % words)
        for line, key in zip(self._filled(WORK, copy), self._filled(WORK_KEYS, copy), strict=True):
            loader.add(WORK, line % uuid5(SPACE, key))
        return loader

    def streams_and_events(self) -> tuple[int, int]:
        return len(self.lengths), sum(self.lengths)

    def _filled(self, name: Shape | str, copy: CaseCopy) -> list[str]:
        text = copy.filled(self._dated(name, copy.days, len(copy.numbers)))
        return text.split("\n") if text else []

    def _with_days(self, name: Shape | str, days: int, cases: int) -> str:
        text = "\n".join(islice(self.texts[name], self.ends[cases - 1].get(name, 0)))
        if not days:
            return text
        return DAY.sub(lambda found: _earlier(found[0], days), text)

    def _chained(self, copy: CaseCopy, loader: Loader) -> None:
        made = map(PreparedEvent, *(self._filled(name, copy) for name in (BODIES, EVENTS, NOTES)))
        event_id, add = copy.first_event, loader.add
        for index, (line, length) in enumerate(zip(self._filled(STREAMS, copy), self.lengths, strict=False)):
            link = Link("", 0, copy.first_stream + index, event_id)
            for one in islice(made, length):
                link = link.next(one, add)
            event_id = link.event_id
            add(STREAM, line % (link.stream_id, link.digest))

    def _words(self, copy: CaseCopy) -> Iterator[str]:
        for values, phrases in zip(self._filled(PHRASES, copy), self.phrases, strict=False):
            yield words_of(
                Phrase("", value, phrase.sort, phrase.agency_id)
                for value, phrase in zip(values.split("\t"), phrases, strict=True)
            )


@lru_cache(maxsize=100_000)
def _earlier(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days)).isoformat()
