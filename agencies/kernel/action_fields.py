"""What a verb asks of the person who presses it. One declaration gives the page's form and the API's input."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .actor import Actor
from .errors import FieldError
from .texts import TextField
from .times import PAPER_AFTER, missing_paper_error, needs_paper

Text = str | Promise
Choices = Callable[[Any, Actor], Sequence[tuple[Any, Any]]]
Initial = Callable[[Any, Actor], Any]


@dataclass(frozen=True)
class ActionField:
    """One input of a verb.

    `kind` is text | long | table (CSV) | date | datetime | choice | choices | decimal | number | bool | file.
    `choices(thing, actor)` lists what this actor may choose, so an id from outside is scoped by construction; a group
    of choices is (its words, [(value, words), …]). `stores` writes the value to the field of that name on the thing
    itself.
    `initial(thing, actor)` is what stands in the page's form at first, where the thing holds no value of that name.
    `of_new`: the answer belongs to what the verb makes, so what the thing holds under that name is another matter.
    """

    name: str
    label: Text
    kind: str = "text"
    required: bool = True
    choices: Choices | None = None
    stores: bool = False
    help: Text = ""
    max_length: int = 200
    initial: Initial | None = None
    of_new: bool = False

    def form_field(self, thing: Any, actor: Actor) -> forms.Field:
        common: dict[str, Any] = {"label": self.label, "required": self.required, "help_text": self.help}
        match self.kind:
            case "long":
                return TextField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), **common)
            case "table":
                return TextField(max_length=200_000, widget=forms.Textarea(attrs={"rows": 12}), **common)
            case "date":
                return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
            case "datetime":
                return HappenedAt(**common)
            case "decimal":
                return forms.DecimalField(min_value=0, max_digits=18, decimal_places=4, **common)
            case "number":
                return forms.IntegerField(min_value=0, max_value=100_000, **common)
            case "bool":
                return forms.BooleanField(**common)
            case "file":
                return forms.FileField(widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}), **common)
            case "choice":
                return forms.TypedChoiceField(choices=self._choices(thing, actor), empty_value="", **common)
            case "choices":
                return forms.MultipleChoiceField(choices=self._choices(thing, actor), widget=TickBoxes, **common)
        return TextField(max_length=self.max_length, **common)

    def _choices(self, thing: Any, actor: Actor) -> list[tuple[Any, Any]]:
        if self.choices is None:
            raise TypeError(f"{self.name} is a choice without choices")
        offered = list(self.choices(thing, actor))
        if self.kind == "choices" or (self.required and _is_only_choice(offered)):
            return offered
        return [("", "—"), *offered]


def _is_only_choice(offered: list[tuple[Any, Any]]) -> bool:
    """One choice is chosen already; one group of choices is not."""
    return len(offered) == 1 and not isinstance(offered[0][1], list | tuple)


class HappenedAt(forms.DateTimeField):
    """When it really happened. A browser sends local time; a machine may send any ISO 8601 with offset."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    # Beyond these a time is a typing error, and near the ends of the calendar it has no UTC form at all.
    default_validators = [
        MinValueValidator(datetime(1949, 10, 1, tzinfo=UTC)),
        MaxValueValidator(datetime(2200, 1, 1, tzinfo=UTC)),
    ]


class TickBoxes(forms.CheckboxSelectMultiple):
    """Boxes of which none may be ticked. The hidden value tells that from not having been asked at all."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        boxes = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}" value="">{}', name, boxes)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        ticked = super().value_from_datadict(data, files, name)
        return [value for value in ticked if value != ""] if isinstance(ticked, list) else ticked


JSON_TYPES: dict[str, tuple[type, ...]] = {"decimal": (int, Decimal, str), "number": (int,), "bool": (bool,)}


def matches_json_type(kind: str, value: Any) -> bool:
    """Whether a JSON value has the type that an ask of this kind takes; absent values fit."""
    if value is None:
        return True
    if kind == "choices":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, JSON_TYPES.get(kind, (str,))) and (kind == "bool" or not isinstance(value, bool))


REASON = ActionField("reason", _("Reason"), kind="long")
NOTE = ActionField("reason", _("Note"), kind="long", required=False)
HAPPENED_AT = ActionField(
    "happened_at",
    _("Time of the event"),
    kind="datetime",
    required=False,
    help=_("Empty: now. Beijing time; not in the future."),
)
TIME_PAPER = ActionField(
    "paper",
    _("Number of the paper that shows the time"),
    required=False,
    help=format_lazy(
        _("Required if the event is more than {hours} hours ago."), hours=PAPER_AFTER // timedelta(hours=1)
    ),
)
VERSION = ActionField("version", _("Version"), kind="number", required=False)


class ActionForm(forms.Form):
    """Built from asks; refuses names it does not know, so a misspelt field is told instead of ignored.

    `is_kept`: what somebody types into it is kept for him until he sends it.
    """

    is_kept = True

    def __init__(
        self, fields: Sequence[ActionField], *, thing: Any, actor: Actor, strict: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.strict = strict
        self.mistyped = (
            [a.name for a in fields if not matches_json_type(a.kind, self.data.get(a.name))] if strict else []
        )
        if self.mistyped:
            self.data = {name: value for name, value in self.data.items() if name not in self.mistyped}
        for ask in fields:
            self.fields[ask.name] = ask.form_field(thing, actor)
        if "version" in self.fields:
            self.fields["version"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.mistyped:
            self.errors.pop(name, None)
            self.add_error(name, forms.ValidationError(_("This has a different JSON type than required."), code="type"))
        if self._lacks_time_paper(cleaned):
            error = missing_paper_error()
            self.add_error("paper", forms.ValidationError(error.detail, code=error.code))
        if self.strict:
            for name in sorted((set(self.data) | set(self.files)) - set(self.fields)):
                self.errors.setdefault(name, self.error_class()).append(
                    forms.ValidationError(_("Unknown field."), code="unknown")
                )
        return cleaned

    def _lacks_time_paper(self, cleaned: dict[str, Any]) -> bool:
        """The action refuses it too; asked here so that it is told together with what else is wrong."""
        happened_at = cleaned.get("happened_at")
        asked = "paper" in self.fields and "paper" not in self.errors
        return asked and happened_at is not None and needs_paper(happened_at) and not cleaned.get("paper")

    def given(self) -> dict[str, Any]:
        """What was really given: empty optional answers are left out, so an action's defaults hold.

        “None of these” is an answer; not having been asked is not.
        """
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) or (value == [] and name in self.data)
        }


def field_errors(form: ActionForm) -> Iterator[FieldError]:
    """A form's errors as JSON pointers."""
    for name, errors in form.errors.as_data().items():
        pointer = "" if name == "__all__" else f"/{name}"
        for error in errors:
            yield FieldError(pointer, error.code or "invalid", " ".join(ValidationError(error).messages))
