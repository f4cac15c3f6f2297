"""Reads a page of figures as its readers do: each chart with its table, and the sentences with their numbers."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class ShownCell:
    """A cell of a table: what is read, what the picture draws of it, what is said of it, and where it leads."""

    text: str = ""
    value: str = ""
    note: str = ""
    url: str = ""


@dataclass
class ShownRow:
    label: str = ""
    at: str = ""
    below: str = ""
    cells: list[ShownCell] = field(default_factory=list)


@dataclass
class ShownChart:
    """A chart of the page: `kind` of its picture, the words beside the title, headings, rows, and the row of sums."""

    key: str
    kind: str = ""
    heading: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[ShownRow] = field(default_factory=list)
    sums: list[ShownRow] = field(default_factory=list)


class Reader(HTMLParser):
    """Finds the charts, which are parts with an id and a figure, and the linked numbers of the sentences."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.charts: dict[str, ShownChart] = {}
        self.said: list[tuple[str, str]] = []
        self._chart: ShownChart | None = None
        self._rows: list[ShownRow] = []
        self._path: list[str] = []
        self._url, self._said, self._span = "", False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if (tag == "section" or "cv-chart-under" in given.get("class", "")) and "id" in given:
            self._chart = ShownChart(given["id"])
        if tag == "figure" and self._chart:
            self._chart.kind = given.get("data-chart", "")
            self.charts[self._chart.key] = self._chart
        if tag in ("thead", "tbody", "tfoot"):
            self._path = [tag]
            found = {"tbody": self._chart.rows, "tfoot": self._chart.sums} if self._chart else {}
            self._rows = found.get(tag, [])
        if tag == "tr":
            self._rows.append(ShownRow(at=given.get("data-at", ""), below=given.get("data-note", "")))
        if tag in ("h2", "th", "td"):
            self._path.append(tag)
        if tag == "th" and "thead" in self._path and self._chart:
            self._chart.heads.append("")
        if tag == "td" and self._rows:
            note = given.get("data-note", "")
            self._rows[-1].cells.append(ShownCell(value=given.get("data-value", ""), note=note))
        if tag == "span":
            self._span = given.get("class", "")
        if tag == "a":
            self._url, self._said = given.get("href", ""), given.get("class", "").startswith("cv-said")
            if "td" in self._path and self._rows:
                self._rows[-1].cells[-1].url = self._url

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "th", "td") and tag in self._path:
            self._path.remove(tag)
        if tag == "figure":
            self._chart, self._path = None, []
        if tag == "span":
            self._span = ""
        if tag == "a":
            self._said = False

    def handle_data(self, data: str) -> None:
        if self._said:
            self.said.append((data, self._url))
        if self._chart is None:
            return
        if "td" in self._path and self._rows and self._span != "cv-muted":
            self._rows[-1].cells[-1].text += data.strip()
        elif "th" in self._path and "thead" in self._path:
            self._chart.heads[-1] += data
        elif "th" in self._path and self._rows and self._span != "cv-sub":
            self._rows[-1].label += data
        elif not self._path:
            self._chart.heading += data


def charts_of(html: str) -> dict[str, ShownChart]:
    return Reader(html).charts


def said_in(html: str) -> list[tuple[str, str]]:
    """(number in words, address) of the numbers in the sentences."""
    return Reader(html).said
