"""The approvals page: decisions of the responsible person, read and taken in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.idempotency.actions import once
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Transition
from cases.casefile.facts import ItemFacts, PartyFacts, facts_of, parties_of
from cases.casefile.models import Act, Case
from cases.casefile.threshold import ThresholdSums, compare_with_threshold
from cases.clocks.models import Clock, PeriodRule, Timed
from cases.papers.models import Paper
from coordination.actions.action_page import asked, say_done
from coordination.actions.conflicts import with_current_version
from coordination.actions.performing import perform
from coordination.documents.signing import folder_of

from .approvals import RETURNS, Approval, find, holders_of, remarks_on, waiting_page
from .case_page import DUTY, CasePage, StatusRow
from .decision_form import ActionEffects, DecisionButton, DecisionForm, FileItem, answers_of, name_item_of_remark


@dataclass(frozen=True)
class RefusedAction:
    """An action that was submitted here and refused."""

    verb: str
    why: TransitionRefused | Invalid


@page(STAFF)
def approvals(request: HttpRequest) -> HttpResponse:
    """GET shows the list and one item of it, POST decides on that item. Readers without the office see why they
    cannot."""
    actor = actor_of(request)
    query = request.GET.get("resource", ""), request.GET.get("id", "")
    chosen = find(actor, *query) if any(query) else None
    refused = None
    if request.method == "POST":
        if chosen is None or request.GET.get("verb") not in chosen.kind.decision.verbs:
            raise Invalid.field("verb", "choice", _("Choose a matter and a decision."))
        try:
            return _decided(request, actor, chosen, request.GET["verb"])
        except (TransitionRefused, Invalid) as no:
            refused = RefusedAction(request.GET["verb"], no)
    waiting = waiting_page(actor, request.GET)
    if chosen is None and waiting.items:
        chosen = next((one for one in waiting.items if not one.thing.barred), waiting.items[0])
    seen = _cases_seen(actor, [*waiting.items, *([chosen] if chosen else [])])
    context: dict[str, Any] = {"page": waiting, "chosen": chosen, "cases_seen": seen}
    if chosen:
        waits = any(one.pk == chosen.pk for one in waiting.items) or chosen.kind.waits_for(actor, chosen.thing)
        context |= _reading(request, actor, chosen, refused, waits=waits)
        signed = [one.paper for one in context["folder"]]
        context["file"] = _file_of(actor, chosen, signed) if chosen.case and seen.get(chosen.case.pk) else None
    else:
        context["holders"] = holders_of(actor.own_agency)
    return render(request, "approvals/approvals.html", context, status=refused.why.status if refused else 200)


def _decided(request: HttpRequest, actor: Actor, chosen: Approval, verb: str) -> HttpResponse:
    """Redirects to the list, which opens the next waiting item."""
    with once(request) as sent:
        if not sent.target:
            answers = _answers(request, chosen, verb)
            if verb in RETURNS:
                name_item_of_remark(answers, _items(actor, chosen))
            done = perform(chosen.kind.registered, actor, chosen.thing, verb, answers, files=request.FILES)
            say_done(request, chosen.kind.registered, actor, done, verb)
            sent.target = reverse("approvals")
    return redirect(sent.target)


def _reading(
    request: HttpRequest, actor: Actor, chosen: Approval, refused: RefusedAction | None, *, waits: bool
) -> dict[str, Any]:
    kind, thing = chosen.kind, chosen.thing
    kind.read_to_decide(thing)
    clocks = _running(actor, thing)
    buttons = _buttons(request, actor, chosen, refused, {clock.rule.code for clock in clocks}) if waits else []
    returns = any(button.verb in RETURNS for button in buttons)
    sent = with_current_version(request.POST, thing) if refused else None
    by_deputies = kind.decision.of_deputies(kind.registered.model.objects.filter(pk=thing.pk)).exists()
    return {
        "facts": kind.decision.facts(thing),
        "texts": [(heading, text) for heading, text in kind.decision.texts(thing) if text],
        "remarks": remarks_on(actor, thing, kind.registered),
        "clocks": [thing] if isinstance(thing, Clock) else [clock for clock in clocks if clock.is_seen],
        "holders": holders_of(chosen.agency.pk, deputies=by_deputies),
        "buttons": buttons,
        "form": DecisionForm(buttons, refused.verb if refused else "", sent, _items(actor, chosen) if returns else ()),
        "folder": folder_of(thing, [_line(chosen, button.verb) for button in buttons], actor),
        "missing": kind.decision.missing(thing) if buttons else [],
        "question": _question(chosen, buttons),
        "why_not": _why_not(actor, waits=waits),
        "refused": refused,
    }


@dataclass(frozen=True)
class CaseFile:
    """What the decision rests on, for a reader of the contents of the case. `line` compares the goods with the criminal
    threshold; `strands` are the other matters of the case."""

    parties: list[PartyFacts]
    items: list[ItemFacts]
    line: ThresholdSums
    acts: list[Act]
    papers: list[Paper]
    files: list[Any]
    strands: list[StatusRow]


def _file_of(actor: Actor, chosen: Approval, signed: list[Paper]) -> CaseFile:
    """Limited to the parties and goods that the matter concerns; such a matter names its acts itself. The drafts that
    are `signed` with it stand beside the buttons."""
    case, decision = chosen.case, chosen.kind.decision
    parties, items = _concerned(chosen)
    facts, page = facts_of(case), CasePage(case, actor, {})
    concerned = set(items.values_list("pk", flat=True))
    goods = [one for one in facts.items if one.item.pk in concerned]
    papers = [one for one in _papers(actor, chosen) if one not in signed]
    return CaseFile(
        parties=parties_of(parties),
        items=goods,
        line=compare_with_threshold([one.item for one in goods]),
        acts=[] if decision.about else facts.acts,
        papers=papers,
        files=list(page.of["file"]),
        strands=[row for row in page.rows if row.thing.pk != chosen.thing.pk],
    )


def _concerned(chosen: Approval) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """The parties and goods of the matter."""
    about, case = chosen.kind.decision.about, chosen.case
    return about(chosen.thing) if about else (case.parties.all(), case.items.all())


def _papers(actor: Actor, chosen: Approval) -> QuerySet[Paper]:
    return Paper.objects.visible_to(actor).standing().filter(subject_id=chosen.thing.pk).order_by("created_at", "pk")


def _items(actor: Actor, chosen: Approval) -> list[FileItem]:
    """What a returned matter may be about, as far as this person reads it."""
    papers = [FileItem(f"paper:{one.pk}", one.title, _("Papers")) for one in _papers(actor, chosen)]
    if chosen.case is None or not Case.objects.contents_visible_to(actor).filter(pk=chosen.case.pk).exists():
        return papers
    parties, goods = _concerned(chosen)
    files = CasePage(chosen.case, actor, {}).of["file"]
    return [
        *(FileItem(f"party:{one.pk}", one.name, _("Parties")) for one in parties),
        *(FileItem(f"goods:{one.pk}", str(one), _("Goods")) for one in goods),
        *papers,
        *(FileItem(f"file:{one.pk}", str(one), _("Files")) for one in files),
    ]


def _effects(lines: Mapping[str, Transition], thing: Any, running: set[str]) -> dict[str, ActionEffects]:
    """`running` are the rules of the periods that run about the thing."""
    codes = {code for line in lines.values() for code in (*line.starts, *line.stops)}
    names = (
        {rule.code: rule.name for rule in PeriodRule.objects.filter(code__in=codes).order_by("version")}
        if codes
        else {}
    )
    return {verb: _effect(line, thing, names, running) for verb, line in lines.items()}


def _effect(line: Transition, thing: Any, names: Mapping[str, str], running: set[str]) -> ActionEffects:
    starts = [names[code] for code in line.starts if code in names]
    stops = [names[code] for code in line.stops if code in names and code in running]
    words = (
        (_("New state"), type(thing).State(line.to).label if line.to else ""),
        (_("Starts"), _(", ").join(starts)),
        (_("Stops"), _(", ").join(stops)),
    )
    return ActionEffects(words=[(name, text) for name, text in words if text], stops=bool(stops))


def _running(actor: Actor, thing: Any) -> list[Any]:
    """The periods that run about the thing, duties first, then soonest first; `is_seen`: the reader may see it."""
    if not isinstance(thing, Timed):
        return []
    seen = Clock.objects.visible_to(actor).order_by().filter(pk=OuterRef("pk"))
    rows = Clock.objects.running().about(thing).annotate(is_seen=Exists(seen))
    found = rows.select_related("rule").order_by("due_at", "pk")
    return sorted(found, key=lambda clock: clock.rule.kind != DUTY)


def _buttons(
    request: HttpRequest, actor: Actor, chosen: Approval, refused: RefusedAction | None, running: set[str]
) -> list[DecisionButton]:
    """One for each action open to this actor now, the proposed one first."""
    registered, thing = chosen.kind.registered, chosen.thing
    workflow, proposed = registered.workflow_of(thing), getattr(thing, "proposed", "")
    open_now = set(workflow.open_to(actor, thing)) if actor.responsible_for else set()
    if refused:
        open_now |= {refused.verb} & set(workflow.open_to(actor, thing))
    verbs = sorted((verb for verb in chosen.kind.decision.verbs if verb in open_now), key=lambda verb: verb != proposed)
    effects = _effects({verb: workflow.transitions[verb] for verb in verbs}, thing, running)
    return [_button(request, actor, chosen, verb, effects[verb], refused) for verb in verbs]


def _button(
    request: HttpRequest,
    actor: Actor,
    chosen: Approval,
    verb: str,
    effects: ActionEffects,
    refused: RefusedAction | None,
) -> DecisionButton:
    registered, thing = chosen.kind.registered, chosen.thing
    why, answers = None, None
    if refused and refused.verb == verb:
        why, answers = refused.why, _answers(request, chosen, verb)
    form = asked(registered, thing, verb, actor, request, why, answers=answers)
    return DecisionButton(verb, form["words"], effects, form["form"], form["missing"], form["conflict"])


def _answers(request: HttpRequest, chosen: Approval, verb: str) -> QueryDict:
    return answers_of(request.POST, [field.name for field in _line(chosen, verb).fields])


def _line(chosen: Approval, verb: str) -> Transition:
    return chosen.kind.registered.workflow_of(chosen.thing).transitions[verb]


def _question(chosen: Approval, buttons: Sequence[DecisionButton]) -> Text:
    """What the reader is asked, by the first of the open actions."""
    if not buttons:
        return chosen.words
    return _("%(decision)s?") % {"decision": buttons[0].words.button}


def _why_not(actor: Actor, *, waits: bool) -> str:
    """Why the reader cannot decide it, unless the missing conditions already say so."""
    if not waits:
        return _("This is no longer waiting for a decision.")
    if actor.responsible_for:
        return ""
    return _(
        "Only the main responsible person of the agency, or the person appointed to act in that "
        "office, decides; a deputy may not."
    )


def _cases_seen(actor: Actor, listed: list[Approval]) -> dict[UUID, bool]:
    """The visible cases, each with whether the actor reads its contents. The receiver of a transfer has a period on a
    case that they may not, or not yet, see."""
    ids = {one.case.pk for one in listed if one.case}
    contents = Case.objects.contents_visible_to(actor).order_by().filter(pk=OuterRef("pk"))
    seen = Case.objects.visible_to(actor).filter(pk__in=ids).annotate(is_read=Exists(contents))
    return dict(seen.values_list("pk", "is_read")) if ids else {}
