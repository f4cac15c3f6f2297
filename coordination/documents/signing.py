"""One signature for a matter: its papers are drafted when it is submitted, read in its folder, and issued by the act
that decides it.

The workflow tables say which act signs which papers (`Transition.signs`). An act signs those of its own step only.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import TransitionRefused, UnmetCondition
from agencies.kernel.records import kind_of
from agencies.kernel.resource import Resource
from agencies.kernel.workflow import Transition
from cases.casefile.actions import locked_case
from cases.papers.actions import PaperData, move_paper
from cases.papers.models import Paper, PaperReading
from cases.papers.texts import FIELD, FORMS, PaperForm, fill_blanks
from cases.papers.workflow import PAPER

from .actions import case_of, draft_paper, issue_paper
from .contexts import filling_of, issuer_of

P = Paper.State
TO_REVISE = "【按决定核对全文】"  # a blank in a draft that the act has overtaken: its drafter revises it
TEXTS = ("title", "addressee", "body", "annexes", "copies")


@dataclass(frozen=True)
class FolderPaper:
    """A draft that an act signs. `is_read`: this person has opened it as it is now."""

    paper: Paper
    is_read: bool

    @property
    def is_ready(self) -> bool:
        return self.paper.is_ready

    @property
    def is_unread(self) -> bool:
        return self.is_ready and not self.is_read

    @property
    def lacks(self) -> list[str]:
        """What has to be entered by hand before it can be issued."""
        left = self.paper.left_blank
        return left if self.paper.addressee.strip() else [_("To"), *left]


def forms_signed_by(*lines: Transition) -> list[PaperForm]:
    """The forms that these acts sign, each act's own before those beside it."""
    named = [line.paper for line in lines if line.signs and line.paper in FORMS]
    return [FORMS[code] for code in dict.fromkeys(code for one in named for code in (one, *FORMS[one].beside))]


def folder_of(thing: Any, lines: Iterable[Transition], actor: Actor) -> list[FolderPaper]:
    """The drafts of the actor's agency that these acts sign, in the order of the forms."""
    forms = [form.code for form in forms_signed_by(*lines)]
    if not forms:
        return []
    drafts = Paper.objects.visible_to(actor).about(kind_of(type(thing)), thing.pk).filter(agency=actor.own_agency)
    found = drafts.filter(state=P.DRAFT, form__in=forms).select_related("agency__signs_as", "case")
    read = set(PaperReading.objects.visible_to(actor).filter(paper__in=found).values_list("paper", "version"))
    ordered = sorted(found, key=lambda paper: forms.index(paper.form))
    return [FolderPaper(paper, (paper.pk, paper.version) in read) for paper in ordered]


# Drafting ------------------------------------------------------------------------------------------------------------
def _prepare(registered: Resource, thing: Any, actor: Actor, time: Mapping[str, Any]) -> None:
    """Drafts the papers of the decision that waits now, as far as the actor's agency issues them. Drafts that no person
    has edited are filled again from the case."""
    line = _line_asked(registered, thing)
    for form in forms_signed_by(line) if line else ():
        if actor.works_for(issuer_of(thing, form)):
            _draft(registered, thing, form, actor, time)


def _line_asked(registered: Resource, thing: Any) -> Transition | None:
    """The act that the responsible person is asked to perform: the proposed one, else the first of the decision."""
    decision, lines = registered.decision, registered.workflow_of(thing).transitions
    if decision is None or not decision.waits(registered.model.objects.filter(pk=thing.pk)).exists():
        return None
    if getattr(thing, "proposed", "") in lines:
        return lines[thing.proposed]
    asked = (lines[verb] for verb in decision.verbs if verb in lines)
    return next((line for line in asked if line.signs and thing.state in line.sources), None)


def _draft(registered: Resource, thing: Any, form: PaperForm, actor: Actor, time: Mapping[str, Any]) -> None:
    filling = filling_of(thing, form)
    if form.table and not any(table["rows"] for table in filling.tables):
        return  # no goods, no list of them
    standing = Paper.objects.about(kind_of(type(thing)), thing.pk).standing()
    paper = standing.filter(agency=actor.own_agency, form=form.code).first()
    if paper is None:
        at = time.get("happened_at")
        draft_paper(thing, registered.workflow_of(thing), actor=actor, form=form.code, happened_at=at)
    elif paper.state == P.DRAFT and not _was_edited(paper):
        _write(paper, filling.columns(form), actor, time)


def _was_edited(paper: Paper) -> bool:
    edits = Event.objects.filter(object_kind="paper", object_id=paper.pk, verb="edit")
    return paper.replaces_id is not None or edits.exists()


def _changes(paper: Paper, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if getattr(paper, name) != value}


def _write(paper: Paper, columns: Mapping[str, Any], actor: Actor, time: Mapping[str, Any]) -> None:
    if changes := _changes(paper, columns):
        move_paper(paper, "refill", actor=actor, changes=changes, **time)


# Signing -------------------------------------------------------------------------------------------------------------
@contextmanager
def with_papers(
    registered: Resource, thing: Any, verb: str, *, actor: Actor, has_read: bool, given: Mapping[str, Any]
) -> Iterator[None]:
    """Around an act on the thing: issues the drafts that the act signs, drafts those of a decision that waits from now
    on, and takes back those of an act that no longer stands. All or nothing.

    What the act settles, such as its number, is written into the drafts. A draft that is not ready, and one that the
    actor may not sign, stays a draft.

    `has_read`: the actor records what another person decided on paper. Otherwise raises TransitionRefused, naming the
    drafts that the actor has not opened. Also names those that no longer fit the case.
    """
    lines = registered.workflow_of(thing).transitions
    if not any(line.signs for line in lines.values()):
        yield
        return
    line, time = lines[verb], _time_of(given)
    with locked_case(case_of(thing).pk):
        folder = [one for one in folder_of(thing, [line], actor) if PAPER.may("issue", actor, one.paper)]
        before = {one.paper.pk: filling_of(thing, one.paper.kind) for one in folder}
        ready = [one for one in folder if one.is_ready]
        _refuse([] if has_read else [_unread(one.paper) for one in folder if one.is_unread])
        _refuse([_overtaken(one.paper) for one in ready if not _fits(one.paper, before[one.paper.pk])])
        yield
        thing = registered.model.objects.get(pk=thing.pk)
        for one in reversed(folder):  # the letter names the numbers of what goes with it
            _settle_and_issue(one, thing, before[one.paper.pk], actor, time)
        if line.unsigns:
            reason = (
                given.get("reason") or given.get("ending_reason") or registered.workflow_of(thing).labels[verb].button
            )
            _take_back(thing, line, lines[line.unsigns], str(reason), actor)
        _prepare(registered, thing, actor, time)


def _time_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The time of the act, and the paper that shows it, where they were entered: its papers have the same."""
    return {name: given[name] for name in ("happened_at", "paper") if given.get(name)}


def _refuse(unmet: list[UnmetCondition]) -> None:
    if unmet:
        raise TransitionRefused(unmet)


def _unread(paper: Paper) -> UnmetCondition:
    return UnmetCondition("unread", _("Open “%(paper)s” first: this act issues it.") % {"paper": paper.title})


def _overtaken(paper: Paper) -> UnmetCondition:
    detail = _("The case was changed after “%(paper)s” was drafted. Refill it on its page and open it again.")
    return UnmetCondition("overtaken", detail % {"paper": paper.title})


def _fits(paper: Paper, now: PaperData) -> bool:
    """Whether a draft that no person edited says what the case says now."""
    return _was_edited(paper) or not _changes(paper, now.columns(paper.kind))


def _settle_and_issue(one: FolderPaper, decided: Any, before: PaperData, actor: Actor, time: Mapping[str, Any]) -> None:
    paper = Paper.objects.select_related("agency", "case").get(pk=one.paper.pk)
    settled = settled_columns(paper, before, filling_of(decided, paper.kind))
    if "happened_at" in time and paper.state_since and paper.state_since > time["happened_at"]:
        time = {}  # drafted after the act
    _write(paper, settled or {"body": f"{paper.body}\n　　{TO_REVISE}"}, actor, time)
    if not (one.is_ready and settled):
        return
    paper.refresh_from_db()
    try:
        issue_paper(paper, actor=actor, **time)
    except TransitionRefused as no:
        named = [UnmetCondition(gap.code, f"{paper.title}: {gap.detail}") for gap in no.missing]
        raise TransitionRefused(named) from no


def settled_columns(paper: Paper, before: PaperData, after: PaperData) -> dict[str, Any] | None:
    """The columns of the draft with what the act settled. A text as it was filled is filled anew; in an edited one,
    blanks are filled and changed values replaced. None if an edited text cannot follow: its drafter revises it."""
    old, new = before.columns(paper.kind), after.columns(paper.kind)
    settled = dict(new)
    for name in TEXTS:
        if (text := getattr(paper, name)) == old[name]:
            continue
        changed = _changed_values(name, before, after, paper.kind)
        if name == "body" and any(text.count(was) != 1 for was, _is in changed):
            return None
        if _replaced(old[name], changed, after) != new[name]:
            return None
        settled[name] = _replaced(text, changed, after)
    return settled


def _changed_values(name: str, before: PaperData, after: PaperData, form: PaperForm) -> list[tuple[str, str]]:
    pairs: Iterable[tuple[str, str]] = ()
    if name == "annexes":
        pairs = zip(before.annexes, after.annexes, strict=False)
    elif name == "body":
        used = dict.fromkeys(FIELD.findall(form.text))
        pairs = ((before.fields.get(field, ""), after.fields.get(field, "")) for field in used)
    return [(was, now) for was, now in pairs if was and now and was != now]


def _replaced(text: str, changed: list[tuple[str, str]], after: PaperData) -> str:
    for was, now in changed:
        text = text.replace(was, now)
    return fill_blanks(text, after.fields)


# When an act no longer stands ----------------------------------------------------------------------------------------
def _take_back(thing: Any, line: Transition, act: Transition, reason: str, actor: Actor) -> None:
    """Discards the drafts of the act, and withdraws what another agency was to get and did not; not the papers that
    `line` signs. What was served on a party is left to the remedies of the law."""
    kept = forms_signed_by(line)
    forms = [form.code for form in forms_signed_by(act) if form not in kept]
    papers = Paper.objects.about(kind_of(type(thing)), thing.pk).filter(agency=actor.own_agency, form__in=forms)
    unsent = Q(state=P.ISSUED, sent_at=None, to__isnull=False)
    for paper in papers.filter(Q(state=P.DRAFT) | unsent):
        verb = "discard" if paper.state == P.DRAFT else "withdraw"
        if PAPER.may(verb, actor, paper):
            move_paper(paper, verb, actor=actor, reason=reason)
