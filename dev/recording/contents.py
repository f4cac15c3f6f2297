"""What a person sees of an answer: text, links, fields, cells. Markup and order of attributes do not count."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from typing import Any

from openpyxl import load_workbook

# Elements within a line of text; every other one begins a new line.
INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "br", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "svg", "time", "u", "use", "wbr"),
    }
)
UNSEEN = frozenset({"script", "style"})
WORDS = ("title", "aria-label", "placeholder", "alt")  # attributes that are read or read out
OF_THE_REQUEST = frozenset({"csrfmiddlewaretoken", "sheet"})  # fields with another value each time
# What differs between two recordings of the same code, and what stands for it: tokens of requests and files, digests of
# records, places in a list, and the digits of a time that count how often the clock was read.
MASKS = (
    (re.compile(r"\b[0-9a-f]{32}\b"), "TOKEN"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\bW[yz]\w[\w%=-]{20,}"), "PLACE"),
    (re.compile(r"(?<=:\d\d)\.\d{6}\b"), ""),
)


@dataclass
class Contents:
    """`text` line by line, `links` sorted, `fields` as "name=value"."""

    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, list[str]]:
        return {name: [masked(line) for line in lines] for name, lines in asdict(self).items()}


def masked(text: str) -> str:
    """The text without what differs between two recordings of the same code."""
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    return text


def contents_of(body: bytes, kind: str) -> Contents:
    """`kind` is the media type without parameters."""
    match kind:
        case "text/html":
            return _of_page(body.decode())
        case "application/json" | "application/problem+json":
            return _of_json(json.loads(body))
        case "text/csv":
            return Contents([" | ".join(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))])
        case "application/zip":
            names = zipfile.ZipFile(io.BytesIO(body)).namelist()
            return Contents(sorted(names))
    if kind.endswith("spreadsheetml.sheet"):
        return Contents(list(_of_workbook(body)))
    return Contents(body.decode().splitlines()) if kind.startswith("text/") else Contents()


def _of_workbook(body: bytes) -> Iterator[str]:
    for sheet in load_workbook(io.BytesIO(body)):
        yield f"sheet {sheet.title}"
        for row in sheet.iter_rows(values_only=True):
            yield " | ".join("" if cell is None else str(cell) for cell in row)


def _of_json(data: Any) -> Contents:
    found = Contents(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).splitlines())
    found.links = sorted({value for value in _strings(data) if value.startswith("/") and " " not in value})
    return found


def ids_of_rows(body: bytes) -> list[str]:
    """The ids in a list of the API: of the objects in its arrays, at the first level."""
    data = json.loads(body)
    arrays = [data] if isinstance(data, list) else [value for value in data.values() if isinstance(value, list)]
    return [str(row["id"]) for array in arrays for row in array if isinstance(row, dict) and "id" in row]


def _strings(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case list():
            for one in data:
                yield from _strings(one)
        case dict():
            yield from _strings(list(data.values()))


def _of_page(text: str) -> Contents:
    reader = PageReader()
    reader.feed(text)
    reader.close()
    reader.end_line()
    reader.found.links = sorted(set(reader.found.links))
    return reader.found


class PageReader(HTMLParser):
    """Collects the contents of a page in `found`."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Contents()
        self._line: list[str] = []
        self._unseen = 0
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in UNSEEN:
            self._unseen += 1
        if tag not in INLINE:
            self.end_line()
        self._line += [f"[{given[name]}]" for name in WORDS if given.get(name)]
        self.found.links += [given[name] for name in ("href", "hx-get") if given.get(name) and tag != "link"]
        if tag in ("input", "select", "textarea", "button", "option", "form"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen -= 1
        if tag not in INLINE:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._line.append(data)

    def end_line(self) -> None:
        line = " ".join("".join(self._line).split())
        if line:
            self.found.text.append(line)
        self._line = []

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "form":
            self.found.fields.append(f"form {given.get('method', 'get').lower()} {given.get('action', '')}")
        elif tag == "option":
            chosen = " (chosen)" if "selected" in given else ""
            self.found.fields.append(f"{self._select}={given.get('value', '')}{chosen}")
        elif name:
            self._select = name
            value = "…" if name in OF_THE_REQUEST else given.get("value", "")
            states = "".join(f" ({state})" for state in ("checked", "disabled", "required") if state in given)
            self.found.fields.append(f"{tag} {given.get('type', '')} {name}={value}{states}")
