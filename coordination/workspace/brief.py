"""The brief of a case (案件简报): one paragraph in both languages on what happened, who has what, what is due and what
is open, each clause with a link to its source.

It contains what the reader sees on the pages of the case, and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.texts import Text
from cases.casefile.access import reads_contents
from cases.casefile.facts import CaseFacts, PartyFacts, facts_of
from cases.casefile.models import Case, Item
from cases.controls.verdicts import strictest
from cases.controls.words import VERDICTS

from .case_page import CasePage, RunningPeriod, StatusRow, on_case

AMOUNT: dict[str, Text] = {
    "above": gettext_lazy("the amount reaches the threshold of a crime"),
    "below": gettext_lazy("the amount is below the threshold of a crime"),
    "unknown": gettext_lazy("whether the amount reaches the threshold of a crime is not known"),
}
NAMED = 3  # parties, items and deadlines that are named; the others are counted
LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"))


@dataclass(frozen=True)
class Clause:
    """One sentence and the address of the page that shows its source."""

    text: str
    url: str


@dataclass(frozen=True)
class Brief:
    language: str
    name: str
    clauses: list[Clause]

    @property
    def text(self) -> str:
        """The paragraph as plain text. Chinese sentences have no spaces between them."""
        return _text(self.clauses, self.language)


def _text(clauses: Iterable[Clause], language: str) -> str:
    return ("" if language == "zh-hans" else " ").join(clause.text for clause in clauses)


def briefs_of(case: Case, actor: Actor) -> list[Brief]:
    """Returns the paragraph in each language."""
    found = []
    for language, name in LANGUAGES:
        with translation.override(language):
            # Texts are put into words on first use, so the parts are read anew for each language.
            parts = CasePage(Case.objects.select_related("lead").get(pk=case.pk), actor, {})
            found.append(Brief(language, name, list(_clauses(parts))))
    return found


def _clauses(parts: CasePage) -> Iterator[Clause]:
    case, here = parts.case, reverse("case", args=[parts.case.pk])
    opened = {"number": case.number, "title": case.label, "day": _day(case.opened_at), "agency": case.lead.name}
    yield Clause(_("Case %(number)s, “%(title)s”, was opened on %(day)s by %(agency)s.") % opened, here)
    if types := _list([str(one) for one in case.violation_types.all()]):
        yield Clause(_("It is about: %(types)s.") % {"types": types}, here)
    if reads_contents(parts.actor, case):
        yield from _facts(facts_of(case), here)
        yield from _said(parts, here)
    else:
        yield Clause(_("Its contents are not shared with your agency."), f"{here}?tab=access")
    yield from _holders(parts.rows, here)
    yield from _due(parts.strip, here)
    yield from _open(parts, here)


def opening(parts: CasePage, facts: CaseFacts) -> str:
    """The text with which the page of the case begins: who, what goods, where to, the verdict, the opinions."""
    here = reverse("case", args=[parts.case.pk])
    return _text([*_facts(facts, here), *_said(parts, here)], translation.get_language() or "")


def _facts(facts: CaseFacts, here: str) -> Iterator[Clause]:
    if parties := _list([_party(one) for one in facts.parties]):
        yield Clause(_("Parties: %(names)s.") % {"names": parties}, f"{here}#parties")
    if goods := _list([_goods(one.item) for one in facts.items]):
        yield Clause(_("Goods: %(goods)s.") % {"goods": goods}, f"{here}#items")
    for shipment in facts.shipments[:1]:
        if shipment.route:
            yield Clause(_("Route: %(route)s.") % {"route": " → ".join(shipment.route)}, f"{here}#shipments")
    if facts.items:
        yield Clause(_verdict(facts), f"{here}#items")


def _said(parts: CasePage, here: str) -> Iterator[Clause]:
    """What the nouns on the case say of it."""
    for tab, said in ((one.tabs[0].key if one.tabs else "", one.said(parts)) for one in on_case().values()):
        yield from (Clause(text, f"{here}?tab={tab}") for text in said)


def _party(one: PartyFacts) -> str:
    return _with(one.party.name, [one.role]) if one.role else one.party.name


def _verdict(facts: CaseFacts) -> str:
    """The strictest verdict of the control law on the days of the conduct, and the threshold of a crime."""
    found = strictest(one.verdict.verdict for item in facts.items for span in item.spans for one in span.verdicts)
    verdict = _("Control law on the day of the conduct: %(verdict)s") % {"verdict": VERDICTS.get(found, found)}
    return _("%(verdict)s; %(amount)s.") % {"verdict": verdict, "amount": AMOUNT[facts.line.verdict]}


def _goods(item: Item) -> str:
    """The goods with their weight and value, and what they were declared as if that differs."""
    known = [_("%(number)s kg") % {"number": _number(item.net_weight_kg)}] if item.net_weight_kg else []
    if item.value:
        worth = _("%(number)s CNY") if item.currency == "CNY" else f"%(number)s {item.currency}"
        known.append(_("worth %(value)s") % {"value": worth.strip() % {"number": _number(item.value)}})
    if item.declared_as and item.declared_as != item.description:
        known.append(_("declared as %(name)s") % {"name": item.declared_as})
    return _with(item.description, known) if known else item.description


def _with(name: str, known: list[str]) -> str:
    return _("%(name)s (%(known)s)") % {"name": name, "known": _joined(known)}


def _number(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def _holders(rows: list[StatusRow], here: str) -> Iterator[Clause]:
    """Who has each proceeding and referral now. Those that ended are counted."""
    ended = [row for row in rows if row.status.has_ended]
    yield from (_holding(row) for row in rows if row not in ended)
    if ended:
        text = ngettext(
            "%(count)s proceeding or referral has ended.", "%(count)s proceedings and referrals have ended.", len(ended)
        )
        yield Clause(text % {"count": len(ended)}, here)


def _holding(row: StatusRow) -> Clause:
    named = {
        "what": f"{row.thing.get_kind_display()} {row.status.number}".strip(),
        "agency": row.agency.name,
        "state": row.thing.get_state_display(),
        "day": _day(row.thing.state_since or row.thing.created_at),
    }
    return Clause(_("%(what)s: at %(agency)s, “%(state)s” since %(day)s.") % named, row.url)


def _due(waiting: list[RunningPeriod], here: str) -> Iterator[Clause]:
    now = times.now()
    for one in waiting[:NAMED]:
        clock, due = one.clock, one.clock.due_at
        if due is None:
            continue
        named = {
            "rule": clock.rule.name,
            "day": _day(due),
            "agency": clock.agency.name if clock.agency else clock.holder.name,
        }
        late = clock.rule.kind == "duty" and clock.breach_at is not None and clock.breach_at < now
        text = _("%(rule)s was due on %(day)s: %(agency)s is late.") if late else _("%(rule)s: %(day)s (%(agency)s).")
        yield Clause(text % named, reverse("clock", args=[clock.pk]))
    if (more := len(waiting) - NAMED) > 0:
        text = ngettext("%(count)s more period is running.", "%(count)s more periods are running.", more)
        yield Clause(text % {"count": more}, f"{here}?tab=clocks")


def _open(parts: CasePage, here: str) -> Iterator[Clause]:
    count = sum(task.is_open for task in parts.of["task"])
    if count:
        text = ngettext("%(count)s task is open.", "%(count)s tasks are open.", count)
        yield Clause(text % {"count": count}, f"{here}?tab=tasks")
    for asked in parts.of["round"]:
        if asked.conclusion:
            named = {"title": asked.title, "agency": asked.agency.name, "conclusion": asked.conclusion}
            yield Clause(
                _("Opinion on “%(title)s”, asked by %(agency)s: %(conclusion)s") % named, f"{here}?tab=coordination"
            )
    if parts.of["lead"]:
        yield Clause(_("The source of the lead sent a new revision that is not adopted yet."), here)
    if parts.case.outcome and reads_contents(parts.actor, parts.case):
        yield Clause(_("Outcome: %(outcome)s") % {"outcome": parts.case.outcome}, here)


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def _list(names: list[str]) -> str:
    """The first names, and how many there are in all."""
    shown = _joined(names[:NAMED])
    return shown if len(names) <= NAMED else _("%(names)s (%(total)s in all)") % {"names": shown, "total": len(names)}


def _joined(names: list[str]) -> str:
    return ("、" if translation.get_language() == "zh-hans" else ", ").join(names)


@page(CASE_READER)
def case_brief(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    case = get_object_or_404(Case.objects.visible_to(actor), pk=pk)
    return render(request, "casefile/brief.html", {"case": case, "briefs": briefs_of(case, actor)})
