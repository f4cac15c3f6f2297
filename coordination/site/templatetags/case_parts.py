"""Parts of pages that combine several resources: `{% load case_parts %}`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import HiddenInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import VERSION, ActionForm
from agencies.kernel.addresses import address
from agencies.kernel.case_parts import CaseTab
from agencies.kernel.facets import FacetChoice
from agencies.kernel.resource import RESOURCE_OF_KIND, resource_of
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button
from cases.casefile.choices import in_workdays, likely_doer_among
from cases.casefile.facts import CaseFacts
from cases.casefile.models import Case
from cases.clocks.models import Clock, PeriodKind
from cases.clocks.texts import about
from coordination.actions.action_page import asked_for
from coordination.actions.next_steps import MOST, CaseSteps, NextStep, OwnStep, own_step, steps_beside, steps_on
from coordination.automation.escalation.models import Escalation
from coordination.documents.due import PapersOfObject, papers_of
from coordination.exchange.tasks.starts import TASK, TASK_DAYS
from coordination.site.commands import commands_of, commands_on
from coordination.workspace.brief import opening
from coordination.workspace.case_page import CasePage, named_step, split_buttons
from coordination.workspace.case_timeline import Timeline, timeline_of
from coordination.workspace.desk_times import desk_times as times_of

register = template.Library()
FIRST_TAB = "overview"
QUICK_TASK = (
    *(replace(field, suggests=None) for field in TASK if field.name in ("title", "agency", "due_at")),
    VERSION,
)


@register.simple_tag(takes_context=True)
def case_page(context: template.Context, case: Case) -> CasePage:
    """Page of a case for this reader, the same in each block: `{% case_page case as parts %}`."""
    held = context.render_context
    if "case_page" not in held:
        held["case_page"] = CasePage(case, context["actor"], context["request"].GET)
    parts: CasePage = held["case_page"]
    return parts


@register.inclusion_tag("components/tabs.html")
def case_tabs(parts: CasePage, tabs: Sequence[CaseTab], active: CaseTab) -> dict[str, Any]:
    """Tabs of the case page open to the reader, each with the number of rows that they see there."""
    counts = parts.counts(tabs)
    items = [FacetChoice(tab.label, f"?tab={tab.key}", counts.get(tab.key), active=tab == active) for tab in tabs]
    return {"items": items, "label": _("Case")}


@register.inclusion_tag("components/next_action.html", takes_context=True)
def next_action(context: template.Context, thing: Any, periods: Iterable[Any] = ()) -> dict[str, Any]:
    """Actions of the reader: the next step with its reason and what is missing for it, the other main ones, the rest
    collapsed. Without one, whose step it is. `periods` are the running periods of the page; the duties of the reader's
    agency among them are shown.
    """
    actor = context["actor"]
    ready, rest = split_buttons(thing, actor)
    step = own_step(thing, actor, next(iter(ready), None))
    first = [step.button] if step else []
    also = [button for button in ready if button.verb not in {one.verb for one in first}]
    duties = [one for one in periods if one.agency_id == actor.agency_id and one.rule.kind == PeriodKind.DUTY]
    return {
        "step": step,
        "first": [_filled(button) for button in first],
        "also": [_plain(button) for button in also],
        "rest": [_plain(button) for button in rest if button.verb not in {one.verb for one in first}],
        "others": steps_beside(first, [thing], actor),
        "duties": duties[:MOST],
        "help_url": _help(thing),
    }


@register.simple_tag
def case_steps(parts: CasePage) -> CaseSteps:
    """What comes next on a case: `{% case_steps parts as steps %}`."""
    return steps_on(parts)


@register.simple_tag
def step_of(steps: CaseSteps, thing: Any) -> OwnStep | NextStep | None:
    """The next step on a strand: `{% step_of steps row.thing as step %}`."""
    return steps.of(thing)


@register.inclusion_tag("casefile/next.html")
def next_on_case(parts: CasePage, steps: CaseSteps) -> dict[str, Any]:
    """The next step of the reader on a case, with reason and deadline, and two more; without one, or where another
    agency is late, whose step it is. All actions are in `case_commands`."""
    lines = [line.button for line in steps.items if line.button]
    offered = [*(named_step(one.button, one.thing) for one in steps.own), *lines, *steps.on_case]
    at_hand = [one for one in steps.others if one.record or (one.asking and one.asking.is_reminder)]
    title = _("Your next step") if offered else _("The next step of others") if steps.others else _("Next action")
    return {
        "title": title,
        "step": next(iter(steps.own), None),
        "main": [_filled(button) for button in offered[:1]],
        "also": offered[1:MOST],
        "others": (at_hand if offered else steps.others)[:MOST],
        "nothing": _("Nothing is open on this case."),
        "help_url": _help(parts.case),
    }


def _help(thing: Any) -> str:
    return reverse("state_help", args=[resource_of(thing).name, thing.pk])


@register.simple_tag
def case_brief(parts: CasePage, facts: CaseFacts) -> str:
    """The first sentences of the brief: `{% case_brief parts facts as brief %}`."""
    return opening(parts, facts)


@register.simple_tag
def case_timeline(parts: CasePage) -> Timeline:
    """The time line of a case for its reader: `{% case_timeline parts as line %}`."""
    return timeline_of(parts)


@register.inclusion_tag("casefile/commands.html")
def case_commands(parts: CasePage, *, contents: bool) -> dict[str, Any]:
    """Every action open to the reader and the names on the case, found by typing."""
    groups = commands_of(parts, contents=contents)
    return {"groups": groups, "total": sum(len(one.commands) for one in groups)}


@register.inclusion_tag("casefile/commands.html")
def commands(buttons: Sequence[Button]) -> dict[str, Any]:
    """These actions, found by typing: `{% commands buttons %}`."""
    return {"groups": commands_on(buttons), "total": len(buttons)}


@register.inclusion_tag("casefile/quick_task.html", takes_context=True)
def quick_task(context: template.Context, parts: CasePage) -> dict[str, Any]:
    """A short form on the page of a case that requests a task, with agency and deadline filled in; for those who work
    on cases, not for those who decide. The other tabs have a link."""
    button = next((one for one in parts.buttons if one.verb == "ask_task"), None)
    if button is None or parts.actor.responsible_for or parts.params.get("tab", FIRST_TAB) != FIRST_TAB:
        return {}
    given = {"due_at": in_workdays(TASK_DAYS), "version": parts.case.version}
    form = ActionForm(QUICK_TASK, thing=parts.case, actor=parts.actor, initial=given, auto_id="quick_%s")
    agency: Any = form.fields["agency"]
    form.initial["agency"] = likely_doer_among([code for code, _name in agency.choices], parts.case, parts.actor)
    return {"button": button, "form": form, "csrf_token": context["csrf_token"]}


@register.inclusion_tag("casefile/add_links.html")
def add_links(parts: CasePage, *verbs: str) -> dict[str, Any]:
    """Links to the actions that add to a section, as far as they are open: `{% add_links parts "add_party" %}`."""
    open_now = {button.verb: button for button in parts.buttons}
    return {"buttons": [open_now[verb] for verb in verbs if verb in open_now]}


@register.simple_tag
def is_open(parts: CasePage, verb: str) -> bool:
    """Whether the reader may take this action now, for a link to a page that does the same: `{% is_open parts … %}`."""
    return any(button.verb == verb for button in parts.buttons)


def _filled(button: Button) -> Button:
    return replace(button, words=replace(button.words, tone="primary"))


def _plain(button: Button) -> Button:
    return replace(button, words=replace(button.words, tone="")) if button.words.tone == "primary" else button


@register.inclusion_tag("components/folded_verbs.html", takes_context=True)
def folded_verbs(context: template.Context, thing: Any) -> dict[str, Any]:
    """Actions of a row, main ones first. Omits unmet conditions, which would cost a query for each row."""
    buttons = resource_of(thing).buttons(context["actor"], thing)
    first = [button for button in buttons if button.words.tone == "primary"]
    return {"first": first, "rest": [button for button in buttons if button not in first]}


@register.simple_tag
def row_verbs(parts: CasePage, name: str) -> list[Button]:
    """Actions of the reader on one row of the case, by the field that names it:
    `{% row_verbs parts "party" as verbs %}{% row_links verbs "party" party.pk %}`.
    """
    return buttons_of_row(parts.case, parts.buttons, name)


@register.simple_tag
def buttons_of_row(thing: Any, buttons: Sequence[Button], name: str) -> list[Button]:
    """The buttons that act on one row of the object: `{% buttons_of_row lead buttons "party" as verbs %}`."""
    transitions = resource_of(thing).workflow_of(thing).transitions
    return [button for button in buttons if transitions[button.verb].of_row == name]


@register.inclusion_tag("casefile/fact.html", takes_context=True)
def edit_fact(context: template.Context, parts: CasePage, kind: str, row: Any, *columns: str) -> dict[str, Any]:
    """Beside a fact of a row: a link that opens it for correction, or its form in this place:
    `{% edit_fact parts "item" item "value" "currency" %}`. Nothing for those who may not correct it.
    """
    verb = f"change_{kind}"
    button = next((one for one in parts.buttons if one.verb == verb), None)
    if button is None:
        return {}
    place = f"{kind}-{row.pk}-{columns[0]}"
    line = resource_of(parts.case).workflow_of(parts.case).transitions[verb]
    label = next(field.label for field in line.fields if field.name == columns[0])
    if parts.params.get("edit") != place:
        return {"place": place, "label": label}
    named = {kind: str(row.pk)}
    initial = {**line.fills(parts.case, named), "version": parts.case.version} if line.fills else named
    form = resource_of(parts.case).form(parts.actor, parts.case, verb, initial=initial, auto_id="fact_%s")
    form.limit_to(asked_for(line, columns))
    form.is_kept = False
    form.fields[kind].widget = HiddenInput()
    url = f"{button.url}?{urlencode({**named, 'only': columns}, doseq=True)}"
    return {"place": place, "label": label, "form": form, "url": url, "csrf_token": context["csrf_token"]}


@register.inclusion_tag("components/row_links.html")
def row_links(verbs: Sequence[Button], name: str, pk: object, *, folded: bool = True) -> dict[str, Any]:
    """Links to the actions on a row."""
    return {"links": [(f"{button.url}?{name}={pk}", button.words.button) for button in verbs], "folded": folded}


@register.simple_tag(takes_context=True)
def verb_form(context: template.Context, thing: Any, verb: str) -> dict[str, Any]:
    """An empty form of an action for use on another page, and its address; {} if the action is not open."""
    resource, actor = resource_of(thing), context["actor"]
    if verb not in resource.workflow_of(thing).open_to(actor, thing):
        return {}
    form = resource.form(actor, thing, verb, initial={"version": thing.version})
    return {"form": form, "url": reverse("verb", args=[resource.name, thing.pk, verb])}


@register.filter
def subject_words(clock: Clock) -> Text:
    """What a clock is about."""
    return about(clock)


@register.filter
def subject_url(clock: Clock) -> str:
    """Page of a clock's subject; "" if it has none: suspects are shown on the page of another kind."""
    resource = RESOURCE_OF_KIND.get(clock.subject_kind)
    has_own = resource is not None and (resource.page == resource.kind or resource.page not in RESOURCE_OF_KIND)
    return address(resource.page, clock.subject_id) if resource and has_own else ""


@register.inclusion_tag("components/papers.html", takes_context=True)
def papers(context: template.Context, thing: Any, given: PapersOfObject | None = None) -> dict[str, Any]:
    """Papers about an object, papers due from the reader's agency, and the package to which its page links."""
    resource, actor = resource_of(thing), context["actor"]
    if given is None:
        # The page has already read the events.
        done = {thing.pk: {event.verb for event in context.get("events") or ()}}
        given = papers_of([thing], resource.workflow_of(thing), actor, done)[thing.pk]
    # An inclusion tag does not inherit the page's context.
    inherited = {name: context.get(name) for name in ("package_url", "csrf_token")}
    return {"found": given, "subject": resource.name, **inherited}


@register.inclusion_tag("components/desk_times.html", takes_context=True)
def desk_times(context: template.Context, thing: Any, *, persons: bool = True) -> dict[str, Any]:
    """How long the object was on each desk; `persons=False` for readers of another agency."""
    return {"times": times_of(thing, context["actor"], persons=persons)}


@register.inclusion_tag("components/papers_inside.html", takes_context=True)
def papers_inside(
    context: template.Context, proceeding: Any, lines: Sequence[Any], property: Sequence[Any]
) -> dict[str, Any]:
    """Lines and property measures of a proceeding that have or need a paper, in two queries for each kind."""
    kinds = ([proceeding], [row.line for row in lines], [row.measure for row in property])
    groups = [
        (resource_of(things[0]).name, found)
        for things in kinds
        if things
        for found in papers_of(things, resource_of(things[0]).workflow_of(things[0]), context["actor"]).values()
        if found.papers or found.due
    ]
    return {"groups": groups, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def rungs_of(clock: Clock) -> list[Escalation]:
    """Escalation of a period, visible to every reader of its page."""
    return list(Escalation.objects.filter(clock=clock).order_by("raised_at", "pk"))
