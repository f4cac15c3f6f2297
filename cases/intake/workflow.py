"""The workflow of leads."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event, Stream
from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, SecondPerson, Visibility, Workflow, automatic, condition, transition
from agencies.organisations.models import Agency
from cases.casefile import choices, consent
from cases.casefile.access import contributor
from cases.casefile.models import Case, Handling

from . import news
from .access import centre_desk, desk, officer, triager
from .labels import PARTS, row_label
from .models import Lead
from .similar import find_similar

S = Lead.State
step = partial(transition, by=triager, visibility=Visibility.OWN)


Group = tuple[str, list[tuple[str, str]]]


def _carried(lead: Lead, actor: Actor) -> list[Group]:
    """Rows of the current revision that a case can take over, by JSON pointer and part."""
    content = lead.revisions.get(number=lead.revision).content
    return [
        (str(label), [(f"/{part}/{n}", row_label(part, n, row)) for n, row in enumerate(content[part])])
        for part, label in PARTS.items()
        if content.get(part)
    ]


def _all_carried(lead: Lead, actor: Actor) -> list[str]:
    return [pointer for _label, rows in _carried(lead, actor) for pointer, _label in rows]


def _my_cases(lead: Lead, actor: Actor) -> list[Group]:
    """Open cases whose contents the actor reads. Those that name the lead's numbers come first."""
    alike = [one.case for one in find_similar(lead, actor).cases if one.case.state != Case.State.CLOSED]
    readable = Case.objects.contents_visible_to(actor).open()
    others = readable.exclude(pk__in=[case.pk for case in alike]).order_by("-updated_at")[:200]
    groups = [(_("Matches the same numbers"), alike), (_("Other open cases"), others)]
    return [(str(label), [(str(c.pk), f"{c.number} {c.label}") for c in cases]) for label, cases in groups if cases]


CARRY = OptionalField("carry", _("Facts to carry over"), kind="choices", choices=_carried, initial=_all_carried)
TITLE = ActionField("title", _("Title of the case"), max_length=300, help=_("Papers print this title."))
TITLE_EN = OptionalField("title_en", _("English title of the case"), max_length=300)
HANDLING = ActionField("handling", _("Handling code"), choices=Handling.choices)
TYPES = OptionalField("violation_types", _("Violation types"), kind="choices", choices=choices.violation_types)
CASE = ActionField("case", _("Case"), choices=_my_cases, help=_("Open cases that your agency can see."))
CLOSING = ActionField("closing", _("Ground"), choices=Lead.Closing.choices, stores=True)

NEWS = ActionField(
    "news",
    _("Changes to adopt"),
    kind="choices",
    choices=lambda lead, actor: [(one.key, str(one)) for one in news.RevisionsOnCase(lead).news],
    initial=lambda lead, actor: [one.key for one in news.RevisionsOnCase(lead).news],
    help=_("The others are set aside; give the reason."),
)


def _source_to_ask(lead: Lead, answers: Mapping[str, Any], actor: Actor) -> list[Agency]:
    """The source, if the case shall have a lower handling code than it gave."""
    lowers = str(answers.get("handling") or lead.handling) < lead.handling
    return consent.to_be_asked([lead.source_agency], actor) if lowers else []


TO_LOWER = consent.consent(_source_to_ask, consent.handling_before)
AGENCY = ActionField("agency", _("Agency"), choices=choices.other_agencies, of_new=True)


@condition("assigned", _("The centre did not assign this lead: close it, or transfer it."))
def was_assigned(lead: Lead) -> bool:
    return lead.assigned_by_id is not None


# What happens to a case by itself when a lead is made one. Anything else was done by a person.
OPENING = {("case", "open"), ("lead", "promote"), ("lead", "revise")}


@condition("news", _("The source has sent no update since the lead was added to the case."))
def has_news(lead: Lead) -> bool:
    return lead.has_open_news


def case_takes_it(lead: Lead, actor: Actor) -> UnmetCondition | None:
    """The actor adds to the case, and it is not closed."""
    case = lead.case
    if case is not None and case.state != Case.State.CLOSED and contributor(actor, case):
        return None
    return UnmetCondition("case", gettext("The case is closed, or your agency may not add to it."))


@condition("case", _("Something was done on the case already. Conclude and close it instead."))
def nothing_else_happened(lead: Lead) -> bool:
    """The case has no event but its opening, with the files of the report: no person has relied on it."""
    events = Event.objects.of_stream(Stream.Kind.CASE, lead.case_id) if lead.case_id else Event.objects.none()
    events = events.exclude(object_kind="file", object_id__in=lead.files.values("attachment"), verb="attach_file")
    return set(events.values_list("object_kind", "verb")) <= OPENING


@condition("files", _("The case has every file of the report."))
def has_new_files(lead: Lead) -> bool:
    return lead.files.filter(attachment=None).exists()


# fmt: off
TRANSITIONS = {
    "take_up":        step(S.RECEIVED,                  to=S.TAKEN_UP, by=desk, fields=(NOTE,), undo=lambda lead: ("put_back", {})),
    "put_back":       step(S.TAKEN_UP,                  to=S.RECEIVED, fields=(REASON,)),
    "promote":        step(S.RECEIVED, S.TAKEN_UP,      to=S.PROMOTED, by=officer, fields=(TITLE, TITLE_EN, HANDLING, TYPES, CARRY, NOTE), stops=("INT_TRIAGE",), second=TO_LOWER),
    "attach":         step(S.RECEIVED, S.TAKEN_UP,      to=S.ATTACHED, fields=(CASE, CARRY, NOTE), stops=("INT_TRIAGE",)),
    "take_over_news": step(S.PROMOTED, S.ATTACHED,                     fields=(NEWS, NOTE), needs=(has_news, case_takes_it), second=SecondPerson(news.rests, news.before)),
    "set_news_aside": step(S.PROMOTED, S.ATTACHED,                     fields=(REASON,), needs=(has_news,)),
    "take_over_files": step(S.PROMOTED, S.ATTACHED,                    by=officer, fields=(NOTE,), needs=(has_new_files, case_takes_it)),
    "undo_promotion": step(S.PROMOTED,                  to=S.TAKEN_UP, by=officer, fields=(REASON,), needs=(nothing_else_happened,), starts=("INT_TRIAGE",)),
    "detach":         step(S.ATTACHED,                  to=S.TAKEN_UP, fields=(REASON,), starts=("INT_TRIAGE",)),
    "assign":         step(S.RECEIVED, S.TAKEN_UP,      to=S.RECEIVED, by=centre_desk, fields=(AGENCY, NOTE), visibility=Visibility.PAIR, stops=("INT_TRIAGE",), starts=("INT_TRIAGE",)),
    "return_lead":    step(S.RECEIVED, S.TAKEN_UP,      to=S.RECEIVED, by=officer, fields=(REASON,), needs=(was_assigned,), visibility=Visibility.PAIR, stops=("INT_TRIAGE",), starts=("INT_TRIAGE",)),
    "place":          automatic(S.RECEIVED, S.TAKEN_UP, to=S.RECEIVED, visibility=Visibility.PAIR, stops=("INT_TRIAGE",), starts=("INT_TRIAGE",)),
    "place_news":     automatic(S.PROMOTED, S.ATTACHED,                visibility=Visibility.PAIR),
    "close":          step(S.RECEIVED, S.TAKEN_UP,      to=S.CLOSED,   fields=(CLOSING, REASON), stops=("INT_TRIAGE",)),
    "void":           automatic(S.PROMOTED,             to=S.CLOSED,   fields=(REASON,), visibility=Visibility.OWN),
    "reopen":         step(S.CLOSED,                    to=S.TAKEN_UP, by=desk, fields=(REASON,), starts=("INT_TRIAGE",)),
}
# fmt: on

LABELS = {
    "receive": Labels(_("Receive"), _("received the lead")),
    "revise": Labels(_("Revise"), _("received a new revision")),
    "receive_file": Labels(_("Receive a file"), _("received a file of the report")),
    "take_up": Labels(_("Take up"), _("took up the lead"), "primary"),
    "put_back": Labels(_("Return to triage"), _("returned the lead to triage")),
    "promote": Labels(_("Make a case"), _("made the lead a case"), "primary"),
    "attach": Labels(_("Attach to a case"), _("attached the lead to a case")),
    "take_over_news": Labels(_("Adopt the update"), _("adopted the update of the lead"), "primary"),
    "set_news_aside": Labels(_("Set the update aside"), _("set the update of the source aside")),
    "take_over_files": Labels(_("Attach the new files to the case"), _("attached new files of the report to the case")),
    "undo_promotion": Labels(_("Undo making a case"), _("took back that the lead was made a case"), "danger"),
    "detach": Labels(_("Detach from the case"), _("detached the lead from the case"), "danger"),
    "assign": Labels(_("Assign to an agency"), _("assigned the lead to an agency"), "primary"),
    "return_lead": Labels(_("Return to the centre"), _("returned the lead to the centre"), "danger"),
    "place": Labels(_("Pass on"), _("the lead was passed to the nearest agency that signs in")),
    "place_news": Labels(_("Pass on"), _("the update of the source was passed to the nearest agency that signs in")),
    "close": Labels(_("Close the lead"), _("closed the lead"), "danger"),
    "void": Labels(_("Close as entered in error"), _("its import was undone: it was entered in error")),
    "reopen": Labels(_("Reopen the lead"), _("reopened the lead")),
}

LEAD = Workflow("lead", S, TRANSITIONS, LABELS, final=frozenset({S.PROMOTED, S.CLOSED}))
