"""The glossary (术语对照): reference-data terms in both languages, each with its legal source.

Read from the files that `load_reference` loads.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice
from agencies.kernel.permissions import SIGNED_IN, page
from agencies.kernel.reference import read_csv
from agencies.kernel.texts import Text
from cases.controls.citations import cited

ROOT = Path(__file__).resolve().parents[3]
LONGEST = 60  # characters of a search term


@dataclass(frozen=True)
class GlossaryTerm:
    """`basis` is the citation as in the data; `source` is in the reader's language."""

    zh: str
    en: str
    basis: str = ""

    @property
    def source(self) -> str:
        return cited(self.basis)

    def holds(self, words: str) -> bool:
        return words in self.zh.casefold() or words in self.en.casefold()


@dataclass(frozen=True)
class TermFile:
    """A file of terms: the columns of a term begin with `name`, and `basis` is the column of its source."""

    label: Text
    path: str
    basis: str = ""
    name: str = "name"


KINDS = {
    "periods": TermFile(_("Periods"), "cases/clocks/data/clocks.csv", "legal_basis"),
    "papers": TermFile(_("Papers"), "cases/controls/data/documents.csv", "legal_basis"),
    "violations": TermFile(_("Violation types"), "cases/controls/data/violation_types.csv", "legal_basis"),
    "conduct": TermFile(_("Conduct and penalties"), "cases/controls/data/penalties.csv", "legal_basis", "conduct"),
    "offences": TermFile(_("Offences"), "cases/controls/data/offences.csv", "article"),
    "techniques": TermFile(_("Evasion techniques"), "cases/controls/data/techniques.csv"),
    "goods": TermFile(_("Controlled items"), "cases/controls/data/control_items.csv", "source_instrument", "item"),
    "law": TermFile(_("Laws and announcements"), "cases/controls/data/instruments.csv", "number"),
    "roles": TermFile(_("Roles of parties"), "cases/controls/data/party_roles.csv"),
    "agencies": TermFile(_("Agencies"), "agencies/organisations/data/agencies.csv"),
}


@page(SIGNED_IN)
def glossary(request: HttpRequest) -> HttpResponse:
    """Shows one kind of terms, or search results among all."""
    words = request.GET.get("q", "").strip()
    kind = request.GET.get("kind", "" if words else next(iter(KINDS)))
    if kind and kind not in KINDS:
        raise Invalid.field("kind", "choice", gettext("Choose one of: %(names)s.") % {"names": ", ".join(KINDS)})
    if len(words) > LONGEST:
        raise Invalid.field(
            "q", "max_length", gettext("A search term has at most %(most)s characters.") % {"most": LONGEST}
        )
    found = {key: [term for term in terms_of(key) if term.holds(words.casefold())] for key in KINDS}
    query = f"&{urlencode({'q': words})}" if words else ""
    chips = [FacetChoice(one.label, f"?kind={key}{query}", len(found[key]), key == kind) for key, one in KINDS.items()]
    shown = [(KINDS[key].label, found[key]) for key in KINDS if key == kind or (not kind and found[key])]
    return render(request, "help/glossary.html", {"chips": chips, "shown": shown, "words": words, "kind": kind})


@cache
def terms_of(kind: str) -> list[GlossaryTerm]:
    """Unique pairs in file order: a rule has versions, an item several rows."""
    file, pairs = KINDS[kind], dict[tuple[str, str], GlossaryTerm]()
    for row in read_csv(ROOT / file.path):
        zh, en = row[f"{file.name}_zh"], row[f"{file.name}_en"]
        pairs.setdefault((zh, en), GlossaryTerm(zh, en, row[file.basis] if file.basis else ""))
    return [term for term in pairs.values() if term.zh and term.en]
