"""The resource of letters between superior and subordinate agencies."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.late import Late, past_due
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, Column, EmptyList, Facts, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.people.naming import handler_phrase
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import ACTIONS, CASE_ACTIONS
from .deciding import DECISION
from .filters import InstructionFilter
from .measures import MEASURES
from .models import Instruction, InstructionQuerySet
from .on_case import InstructionsOnCase
from .open_items import OpenInstructions
from .page import page_parts
from .reassigning import InstructionReassignment
from .shapes import InstructionShape
from .starts import STARTS
from .work import WORK
from .workflow import BY_KIND, workflow_of

_LETTER = (
    '<span class="cv-sub">{{ row.get_kind_display }}'
    '{% if row.number %} · <span class="cv-nowrap">{{ row.number }}</span>{% endif %}</span>'
)
_SIDES = "{% agency row.sender %}<br>{% agency row.receiver %}"
_HOLDER = f"{{% if row.is_open %}}{{% agency row.holder %}}{{% else %}}{columns.NONE}{{% endif %}}"
_DUE = (
    "{% if row.is_open %}{% deadline row.due_at started_at=row.sent_at %}{% late_because causes row %}"
    f"{{% elif row.due_at %}}{{% when row.due_at %}}{{% else %}}{columns.NONE}{{% endif %}}"
)


def _instruction(instruction: Instruction) -> Iterable[Phrase]:
    yield Phrase(_("Number"), instruction.number, "number")
    yield Phrase(_("Title"), instruction.title, "name")
    yield handler_phrase(instruction.drafter, instruction.sender_id)
    yield handler_phrase(instruction.handler, instruction.receiver_id)


def _letter(instruction: Instruction) -> Letter:
    return Letter(
        sender=instruction.sender,
        to=[instruction.receiver],
        number=instruction.number,
        title=instruction.title,
        text=instruction.text,
        due_at=instruction.due_at,
        due_words=_("Reply by"),
    )


def _reading(instruction: Instruction, actor: Actor) -> Facts:
    between_both = [
        (_("Objection"), instruction.objection),
        (_("Answer"), instruction.answer),
        (_("Reason"), instruction.reason),
    ]
    return [
        (pgettext("letter", "From"), instruction.sender.name),
        (_("Content"), instruction.text),
        *(between_both if instruction.reads_answer(actor) else []),
    ]


class InstructionList(CaseListing):
    filters = InstructionFilter
    sorts = {"updated": "updated_at", "due": "due_order"}
    default = "due"
    related = ("case", "sender", "receiver", "origin__agency")
    page = "instructions"
    columns = (
        columns.title("instruction", _("Letter"), more=_LETTER + CASE_BELOW),
        columns.plain("number", _("Number")),
        columns.choice("kind", _("Kind"), cell=""),
        *CASE_COLUMNS,
        columns.state(),
        columns.agency("sender", pgettext_lazy("letter", "Sender"), cell=_SIDES, page_heading=_("From and to")),
        columns.agency("receiver", pgettext_lazy("letter", "Receiver"), cell=""),
        Column("holder", _("Next step"), lambda row, actor: row.holder.name if row.is_open else "", _HOLDER),
        columns.moment("due_at", _("Answer due"), cell=_DUE, sort="due"),
    )
    subtitle = _(
        "What superior agencies assign, instruct, designate or take over, what is requested of them, and the replies."
    )
    empty = EmptyList(
        _("No instructions yet"),
        _("A letter to a subordinate or superior agency is started on the page of a case."),
        "diagram-3",
        "cases",
        _("Go to the cases"),
    )
    facets = ("kind", "state", "sender", "receiver")
    chips_label = pgettext_lazy("letter", "Instruction filter")

    def chips(self, visible: InstructionQuerySet, actor: Actor) -> Iterable[CountedList]:
        if actor.is_staff:
            agency = actor.agency_code
            yield _("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)
            yield _("Mine"), "mine=1", visible.of_person(actor)
            yield _("From us"), f"sender={agency}", visible.filter(sender_id=actor.agency_id)
            yield _("To us"), f"receiver={agency}", visible.filter(receiver_id=actor.agency_id)
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


INSTRUCTION = Resource(
    name="instructions",
    kind="instruction",
    model=Instruction,
    page="instruction",
    label=_("Instruction"),
    plural=_("Instructions"),
    looks={
        "RECEIVED": ("progress", "receipt"),
        "REPORTED": ("review", "reply"),
        "OBJECTED": ("review", "exclamation-triangle"),
        "AGREED": ("good", "check-lg"),
        "DISAGREED": ("stopped", "slash-circle"),
        "RECALLED": ("stopped", "x-lg"),
    },
    workflows=tuple(BY_KIND.values()),
    choose_workflow=workflow_of,
    actions=ACTIONS,
    related=("case", "sender", "receiver"),
    adds={"cases": STARTS},
    contributes={"cases": CASE_ACTIONS},
    listing=InstructionList(),
    page_rows=lambda rows, actor: rows.select_related("proceeding__agency", "handler", "drafter", "approver", "parent"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenInstructions(),
    navigation=NavigationPage(
        group=Group.BETWEEN_AGENCIES, place=50, key="v", counts="instruction", waiting="?waiting_on={agency}"
    ),
    decision=DECISION,
    reassign=InstructionReassignment(),
    bulk=("assign", "hand_over", "set_due"),
    on_case=InstructionsOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"sender_id": "", "receiver_id": "sent_at"})),
    letters=LetterRules(of=_letter, sent_by=frozenset({"send", "issue", "submit"})),
    reading=_reading,
    late=Late(
        debtor="receiver_id",
        handler="handler_id",
        # A report that was not accepted yet is with the asking agency.
        late=lambda rows, now: past_due(rows.filter(state__in=Instruction.WITH_RECEIVER), now),
        owed_to=lambda agency: Q(sender_id=agency),
        title=lambda letter: f"{letter.number} {letter.title}".strip(),
        about=lambda letter: letter.get_kind_display(),
    ),
    measures=MEASURES,
    notices=Notices(in_hand=("drafter", "handler"), decides=(Instruction.State.HEAD_DECISION,)),
    search=Search(
        kinds=(
            SearchKind(
                name="instruction",
                resource="instructions",
                model=Instruction,
                says=_instruction,
                read_by=seen(Instruction),
                related=("drafter", "handler"),
                page="instruction",
                agencies=("sender", "receiver", "origin__agency", "case__shares__agency"),
            ),
        ),
    ),
    api=Api(
        row=("case", "sent_at", "received_at", "created_at", "updated_at"),
        detail=("text", "shares", "origin", "proceeding", "parent", "answer", "objection", "reason"),
        shape=InstructionShape,
    ),
)
