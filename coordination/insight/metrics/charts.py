"""Charts (图表): a data table, and how `coordination/site/static/charts.js` draws it.

The table is the source. It is shown without script, on paper and under "Data table", its links open the rows that a
mark counts, and the same rows are exported as CSV and XLSX.

Kinds, and what a row is: `lines` a line over the columns; `bars` a bar of the first column, with the note below;
`bands` a bar divided into the columns; `multiples` a row of small columns on one scale; `flow` a link from the label
to the first column with the amount in the second, at the stage `at`; `tiles` a tile at `at` ("column,row") with the
note as its name; `sparks` a line without axes in the element with `data-spark` = `at`; "" only a table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.texts import Text

KINDS = frozenset({"lines", "bars", "bands", "multiples", "flow", "tiles", "sparks", ""})
Number = int | Decimal
COMPLETE = Decimal("0.98")  # a share of what is recorded from which a time is not provisional


@dataclass(frozen=True)
class ChartCell:
    """A cell of the table. `value` is drawn and exported, `text` is read; without a value nothing is drawn, nor what
    `is_drawn` leaves out. `note` says more in the tooltip, such as n of d, and `heat` (1 to 5) tints the cell of a
    matrix. `amount` is what a file contains, where that is not what is drawn. A share has its `n` and `d`, each with a
    column of its own in a file."""

    text: Text
    value: Number | None = None
    url: str = ""
    note: Text = ""
    heat: int = 0
    is_drawn: bool = True
    amount: Number | None = None
    n: int | None = None
    d: int | None = None


@dataclass(frozen=True)
class ChartRow:
    """A row of the table. `tone` is the colour of an agency, `strong` the one highlight of a chart."""

    label: object
    cells: Sequence[ChartCell]
    url: str = ""
    tone: str = ""
    strong: bool = False
    note: Text = ""
    at: str = ""


@dataclass(frozen=True)
class Chart:
    """A panel with a chart and its table. `aside` stands beside the title, `caption` below the picture; `definition`
    is on the second sheet of an export. `unit` is the unit of an axis, such as %. `beside` is the same chart of the
    other side of a comparison, `side` says what this one counts, and both are drawn on one scale, `low` to `top`.
    `sums` is a last row below the others.
    `is_live`: counted from the present rows, and not from the ledger of figures."""

    key: str
    kind: str
    title: Text
    heads: Sequence[object]
    rows: Sequence[ChartRow]
    caption: Text = ""
    aside: Text = ""
    definition: Text = ""
    unit: str = ""
    empty: Text = ""
    sums: ChartRow | None = field(default=None)
    side: Text = ""
    beside: "Chart | None" = None
    low: Number | None = None
    top: Number | None = None
    is_live: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no chart of the kind {self.kind!r}")

    @property
    def is_drawn(self) -> bool:
        return bool(self.kind and self.rows)

    def table(self) -> list[list[Any]]:
        """The rows of an export: headings first, numbers as numbers. Of two sides, each row names its own."""
        lines = [self._exported_heads(), *self._exported_rows()]
        if self.beside is None:
            return lines
        heads = self.beside._exported_heads()
        first = [[_("Counted"), *lines[0]], *([str(self.side), *line] for line in lines[1:])]
        others = [[str(self.beside.side), *line] for line in self.beside._exported_rows()]
        return [*first, *([] if heads == lines[0] else [[_("Counted"), *heads]]), *others]

    @property
    def _all_rows(self) -> list[ChartRow]:
        return [*self.rows, *([self.sums] if self.sums and self.rows else [])]

    @cached_property
    def _shares(self) -> set[int]:
        """The columns with shares."""
        return {place for row in self._all_rows for place, cell in enumerate(row.cells) if cell.d is not None}

    def _exported_heads(self) -> list[str]:
        first, *others = (str(head) for head in self.heads)
        found = [first]
        for place, head in enumerate(others):
            found.append(head)
            if place in self._shares:
                values = {"head": head}
                found += [_("%(head)s (numerator)") % values, _("%(head)s (denominator)") % values]
        return found

    def _exported_rows(self) -> list[list[Any]]:
        return [[str(row.label), *self._exported_cells(row)] for row in self._all_rows]

    def _exported_cells(self, row: ChartRow) -> Iterator[Any]:
        for place, cell in enumerate(row.cells):
            yield _exported(cell)
            if place in self._shares:
                yield from (cell.n, cell.d)

    def with_other(self, other: "Chart", side: Text, other_side: Text) -> "Chart":
        """This chart with that of the other side, on one scale."""
        values = [*self._sizes(), *other._sizes()]
        scale: dict[str, Any] = {"low": min(values), "top": max(values)} if values else {}
        kind = "" if other.kind == "sparks" else other.kind  # a line without axes has no place of its own
        beside = replace(other, key=f"{other.key}-beside", kind=kind, side=other_side, **scale)
        return replace(self, side=side, beside=beside, **scale)

    def with_completeness(self, shares: Sequence[Decimal | None]) -> "Chart":
        """This chart, whose columns are times, with the share of each that is usually recorded by now, from 0 to 1.
        Columns that are not complete are provisional: their headings have an asterisk, and the last row the shares."""
        is_short = [share is not None and share < COMPLETE for share in shares]
        if not any(is_short):
            return self
        first, *others = self.heads
        heads = [f"{head} *" if short else head for head, short in zip(others, is_short, strict=True)]
        cells = [ChartCell(f"{share:.0%}", round(100 * share)) for share in shares if share is not None]
        note = _("* Provisional: not all is recorded yet. Of the last column usually %(share)s is recorded by now.")
        words = note % {"share": cells[-1].text}
        return replace(
            self,
            heads=[first, *heads],
            sums=ChartRow(_("Usually recorded by now"), cells),
            caption=f"{self.caption} {words}" if self.caption else words,
        )

    def _sizes(self) -> list[Number]:
        """What the marks measure; of a divided bar its whole."""
        drawn = [[one.value for one in row.cells if one.value is not None and one.is_drawn] for row in self.rows]
        return [sum(cells) for cells in drawn] if self.kind == "bands" else [one for cells in drawn for one in cells]


def _exported(cell: ChartCell) -> Any:
    number = cell.value if cell.amount is None else cell.amount
    return str(cell.text) if number is None else number


def heat(value: Number, most: Number) -> int:
    """The tint of a cell of a matrix, 1 to 5 of the largest value; 0 for nothing."""
    return max(1, min(5, -(-5 * int(value) // int(most)))) if value and most else 0


def tone_of(agency: Any) -> str:
    """The colour of an agency on every page."""
    return "antismuggling" if agency.is_antismuggling else str(agency.line)
