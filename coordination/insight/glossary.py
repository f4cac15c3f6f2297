"""The glossary (术语对照): the terms of the reference data in both languages, each with the text it comes from.

Read from the same files that `load_reference` loads, so a term is written once.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.errors import Invalid
from agencies.kernel.facets import Choice
from agencies.kernel.permissions import SIGNED_IN, page
from agencies.kernel.reference import read_csv
from cases.controls.citations import cited

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 60  # of what is looked for


@dataclass(frozen=True)
class Term:
    """`basis` is the citation as the data hold it; `source` tells it in the reader's language."""

    zh: str
    en: str
    basis: str = ""

    @property
    def source(self) -> str:
        return cited(self.basis)

    def holds(self, words: str) -> bool:
        return words in self.zh.casefold() or words in self.en.casefold()


@dataclass(frozen=True)
class Kind:
    """One file of terms: its columns of Chinese, English and source."""

    label: str | Promise
    path: str
    columns: tuple[str, str, str] = ("name_zh", "name_en", "")


KINDS = {
    "periods": Kind(_("Periods"), "cases/clocks/data/clocks.csv", ("name_zh", "name_en", "legal_basis")),
    "papers": Kind(_("Papers"), "cases/controls/data/documents.csv", ("name_zh", "name_en", "legal_basis")),
    "violations": Kind(
        _("Violation types"), "cases/controls/data/violation_types.csv", ("name_zh", "name_en", "legal_basis")
    ),
    "conduct": Kind(
        _("Conduct and penalties"), "cases/controls/data/penalties.csv", ("conduct_zh", "conduct_en", "legal_basis")
    ),
    "offences": Kind(_("Offences"), "cases/controls/data/offences.csv", ("name_zh", "name_en", "article")),
    "techniques": Kind(_("Evasion techniques"), "cases/controls/data/techniques.csv"),
    "goods": Kind(
        _("Controlled items"), "cases/controls/data/control_items.csv", ("item_zh", "item_en", "source_instrument")
    ),
    "law": Kind(_("Laws and announcements"), "cases/controls/data/instruments.csv", ("name_zh", "name_en", "number")),
    "roles": Kind(_("Roles of parties"), "cases/controls/data/party_roles.csv"),
    "agencies": Kind(_("Agencies"), "agencies/organisations/data/agencies.csv"),
}


@page(SIGNED_IN)
def glossary(request: HttpRequest) -> HttpResponse:
    """One kind of terms, or what is looked for among all."""
    words = request.GET.get("q", "").strip()
    kind = request.GET.get("kind", "" if words else next(iter(KINDS)))
    if kind and kind not in KINDS:
        raise Invalid.field("kind", "choice", gettext("Choose one of: %(names)s.") % {"names": ", ".join(KINDS)})
    if len(words) > LONGEST:
        raise Invalid.field("q", "max_length", gettext("Look for at most %(most)s characters.") % {"most": LONGEST})
    found = {key: [term for term in terms_of(key) if term.holds(words.casefold())] for key in KINDS}
    query = f"&{urlencode({'q': words})}" if words else ""
    chips = [Choice(one.label, f"?kind={key}{query}", len(found[key]), key == kind) for key, one in KINDS.items()]
    shown = [(KINDS[key].label, found[key]) for key in KINDS if key == kind or (not kind and found[key])]
    return render(request, "help/glossary.html", {"chips": chips, "shown": shown, "words": words, "kind": kind})


@cache
def terms_of(kind: str) -> list[Term]:
    """Each pair once, in the order of the file: a rule has versions, an item several rows."""
    zh, en, basis = KINDS[kind].columns
    pairs: dict[tuple[str, str], Term] = {}
    for row in read_csv(ROOT / KINDS[kind].path):
        pairs.setdefault((row[zh], row[en]), Term(row[zh], row[en], row[basis] if basis else ""))
    return [term for term in pairs.values() if term.zh and term.en]
