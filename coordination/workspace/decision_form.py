"""The form of one decision: one remark, every other field once, and a button for each action that is open.

Used by the page of approvals (`approval_pages`).
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import HAPPENED_AT, TIME_PAPER, ActionForm
from agencies.kernel.errors import Invalid, UnmetCondition
from agencies.kernel.texts import Text, TextField
from agencies.kernel.workflow import Labels

REMARK, ABOUT = "remark", "about"
# The fields of actions that the remark fills. An action has at most one of them.
REMARKS = ("reason", "ending_reason", "to_revise")
EARLIER = (HAPPENED_AT.name, TIME_PAPER.name)  # folded on the page
MOST_SHOWN = 3  # fields beside the remark that are not folded
MOST_BUTTONS = 3  # with more of them, fields that no action needs are folded


def name_on_page(name: str) -> str:
    return REMARK if name in REMARKS else name


def answers_of(sent: QueryDict, names: Sequence[str]) -> QueryDict:
    """What was sent, with the remark in the field of the chosen action, which has the fields `names`."""
    answers = sent.copy()
    for name in names:
        if name in REMARKS and name not in sent:
            answers[name] = str(sent.get(REMARK, ""))
    return answers


@dataclass(frozen=True)
class FileItem:
    """What a remark may be about: a party, goods, a paper or a file. `group` is the heading of its kind."""

    key: str
    name: str
    group: Text


def name_item_of_remark(answers: QueryDict, items: Sequence[FileItem]) -> None:
    """Puts the name of the chosen item before the remark. Raises Invalid for another item."""
    key = str(answers.get(ABOUT, ""))
    if not key:
        return
    item = next((one for one in items if one.key == key), None)
    if item is None:
        raise Invalid.field(ABOUT, "choice", _("Choose one of the items listed, or none."))
    for name in REMARKS:
        if answers.get(name):
            answers[name] = _("%(item)s: %(remark)s") % {"item": item.name, "remark": answers[name]}


@dataclass(frozen=True)
class ActionEffects:
    """What an action changes, by its transition: the new state, and the periods that start and stop, in named words."""

    words: list[tuple[str, Text]]
    stops: bool


@dataclass(frozen=True)
class DecisionButton:
    """One open action. `missing` are unmet conditions; `conflict` is what another person recorded meanwhile."""

    verb: str
    words: Labels
    effects: ActionEffects
    form: ActionForm
    missing: Sequence[UnmetCondition]
    conflict: Any


class DecisionForm(forms.Form):
    """Shows the fields of all open actions, and checks nothing: each action checks its own form.

    `sent` is the action that was refused; its errors are shown.
    """

    use_required_attribute = False  # each action needs other fields

    def __init__(
        self, buttons: Sequence[DecisionButton], sent: str, data: QueryDict | None, items: Sequence[FileItem] = ()
    ) -> None:
        initial: dict[str, Any] = {}
        for button in reversed(buttons):
            initial |= button.form.initial
        super().__init__(data and _with_remark(data), auto_id="decide_%s", initial=initial)
        self.refused = next((one.form for one in buttons if one.verb == sent), None)
        self.is_crowded = len(buttons) > MOST_BUTTONS
        self.is_kept = all(one.form.is_kept for one in buttons)
        for button in buttons:
            for name, field in button.form.fields.items():
                self.fields.setdefault(name_on_page(name), deepcopy(field))  # the action checks its own
        if REMARK in self.fields:
            self.fields[REMARK] = TextField(label=_("Your remark"), widget=forms.Textarea())
        if items:
            self.fields[ABOUT] = forms.ChoiceField(
                label=_("The remark is about one item"), required=False, choices=_grouped(items)
            )
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2
            _name_actions_that_need_it(name, field, buttons)

    @property
    def errors(self) -> ErrorDict:
        found = ErrorDict()
        for name, errors in self.refused.errors.items() if self.refused else ():
            found[name_on_page(name)] = errors
        return found

    @property
    def contents(self) -> list[forms.BoundField]:
        """The fields beside the remark and the time."""
        return [bound for bound in self.visible_fields() if bound.name not in (REMARK, ABOUT, *self._folded)]

    @property
    def is_folded(self) -> bool:
        """Whether the contents are folded, so that the buttons stay in sight: many, and needed by no action."""
        needed = any(bound.field.required or bound.errors for bound in self.contents)
        return len(self.contents) > MOST_SHOWN and not needed

    @property
    def shown(self) -> list[forms.BoundField]:
        """The contents above the buttons."""
        return [] if self.is_folded else [bound for bound in self.contents if not self._may_wait(bound)]

    @property
    def further(self) -> list[forms.BoundField]:
        """The contents below many buttons: those that no action needs and that have no value yet."""
        return [] if self.is_folded else [bound for bound in self.contents if self._may_wait(bound)]

    def _may_wait(self, bound: forms.BoundField) -> bool:
        return self.is_crowded and not (bound.field.required or bound.errors or bound.value())

    @property
    def remark(self) -> forms.BoundField | None:
        return self[REMARK] if REMARK in self.fields else None

    @property
    def about(self) -> forms.BoundField | None:
        return self[ABOUT] if ABOUT in self.fields else None

    @property
    def earlier(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name in self._folded]

    @property
    def wrong(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.errors]

    @property
    def _folded(self) -> list[str]:
        return [name for name in EARLIER if name in self.fields and not self.fields[name].required]


def _grouped(items: Sequence[FileItem]) -> list[tuple[str, Any]]:
    groups = [(group, [(one.key, one.name) for one in found]) for group, found in groupby(items, attrgetter("group"))]
    return [("", "—"), *groups]


def _with_remark(sent: QueryDict) -> QueryDict:
    """The home page sends the remark in the field of its action."""
    shown = sent.copy()
    shown.setdefault(REMARK, str(next((sent[name] for name in REMARKS if name in sent), "")))
    return shown


def _name_actions_that_need_it(name: str, field: forms.Field, buttons: Sequence[DecisionButton]) -> None:
    """Names them in the label, if not all actions need the field."""
    needing = [
        str(button.words.button)
        for button in buttons
        if any(own.required for key, own in button.form.fields.items() if name_on_page(key) == name)
    ]
    field.required = bool(needing)
    if needing and len(needing) < len(buttons):
        field.label = format_lazy(
            _("{label} (needed for: {actions})"), label=field.label or "", actions=_(", ").join(needing)
        )
