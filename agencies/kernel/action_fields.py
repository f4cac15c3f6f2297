"""The input fields of an action. One declaration gives the form of the page and the input of the API."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .actor import Actor
from .errors import FieldError, Invalid
from .named_fields import NamedField, Offer
from .spelled_fields import DayField, QuantityField, day_input, settle_currency
from .texts import Text, TextField
from .times import PAPER_AFTER, missing_paper_error, needs_paper

Choices = Sequence[tuple[Any, Any]]
ChoicesFor = Callable[[Any, Actor], Choices]
Initial = Callable[[Any, Actor], Any]
OffersFor = Callable[[Any, Actor], Sequence[Offer]]


@dataclass(frozen=True)
class ActionField:
    """One input field of an action.

    `kind` is text | long | table (CSV) | date | datetime | choice | choices | decimal | number | bool | file. A field
    with `choices` is a choice, unless its kind says that several may be chosen.

    `choices`, or what `choices(thing, actor)` returns, are what this actor may choose; no other id is accepted. A group
    of choices is (label, [(value, label), …]). `stores` writes the value to the field of that name on the object.
    `initial(thing, actor)` is the initial value of the form if the object has no value of that name. `of_new` marks an
    answer about what the action creates; a value of that name on the object is unrelated. `clears`: an answer that was
    sent empty is an answer and empties the value. `suggests(thing, actor)` returns what the page offers for a text,
    which may be another; `several`: the text names several of them in order. `refusal(thing, actor)` says why a value
    that is not among the choices is refused, such as the article of law. `unit` (kg or CNY) of a decimal: people may
    write units.
    """

    name: str
    label: Text
    kind: str = "text"
    required: bool = True
    choices: ChoicesFor | Choices | None = None
    stores: bool = False
    help: Text = ""
    max_length: int = 200
    initial: Initial | None = None
    of_new: bool = False
    clears: bool = False
    suggests: OffersFor | None = None
    several: bool = False
    refusal: Callable[[Any, Actor], str] | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.choices is not None and self.kind == "text":
            object.__setattr__(self, "kind", "choice")

    def offered(self, thing: Any, actor: Actor) -> Choices:
        """Returns the choices of this actor; none if the field has none."""
        return list(self.choices(thing, actor) if callable(self.choices) else self.choices or ())

    def spelled_field(self, thing: Any, actor: Actor) -> forms.Field:
        """The field of a page, which understands the spellings of people."""
        if self.kind == "date":
            return DayField(**self._common)
        if self.unit:
            return QuantityField(unit=self.unit, **self._common)
        if self.suggests is None:
            return self.form_field(thing, actor)
        offers = self.suggests(thing, actor)
        return NamedField(offers, own_words=True, several=self.several, max_length=self.max_length, **self._common)

    @property
    def _common(self) -> dict[str, Any]:
        return {"label": self.label, "required": self.required, "help_text": self.help}

    def form_field(self, thing: Any, actor: Actor) -> forms.Field:
        """The field of the API, which takes codes, plain numbers and ISO 8601 days."""
        common = self._common
        if self.refusal is not None:
            common["error_messages"] = {"invalid_choice": self.refusal(thing, actor).replace("%", "%%")}
        match self.kind:
            case "long":
                return TextField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), **common)
            case "table":
                return TextField(max_length=200_000, widget=forms.Textarea(attrs={"rows": 12}), **common)
            case "date":
                return forms.DateField(widget=day_input(), **common)
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

    def _choices(self, thing: Any, actor: Actor) -> Choices:
        if self.choices is None:
            raise TypeError(f"{self.name} is a choice without choices")
        offered = self.offered(thing, actor)
        if self.kind == "choices" or (self.required and _is_only_choice(offered)):
            return offered
        return [("", "—"), *offered]


OptionalField = partial(ActionField, required=False)


def _is_only_choice(offered: Choices) -> bool:
    """Whether there is exactly one choice. A single group of choices does not count."""
    return len(offered) == 1 and not isinstance(offered[0][1], list | tuple)


def refuse_strange_choices(fields: Iterable[ActionField], given: Mapping[str, Any], thing: Any, actor: Actor) -> None:
    """Raises Invalid if an answer is not among the choices of its field. Page, API, bulk and jobs call it alike."""
    errors = []
    for field in fields:
        answer = given.get(field.name)
        if field.choices is None or answer in (None, "", []):
            continue
        offered = {str(value) for value, _label in flat(field.offered(thing, actor))}
        answers = answer if isinstance(answer, list | tuple | set) else [answer]
        if any(str(value) not in offered for value in answers):
            detail = field.refusal(thing, actor) if field.refusal else gettext("This cannot be chosen here.")
            errors.append(FieldError(f"/{field.name}", "choice", detail))
    if errors:
        raise Invalid(errors)


def flat(choices: Sequence[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """Choices without their groups."""
    for value, label in choices:
        yield from label if isinstance(label, list | tuple) else [(value, label)]


class HappenedAt(forms.DateTimeField):
    """When the act really happened. A browser sends local time; a machine may send any ISO 8601 time with an offset."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    # Times outside these limits are typing errors. Near the ends of the calendar some have no UTC form.
    default_validators = [
        MinValueValidator(datetime(1949, 10, 1, tzinfo=UTC)),
        MaxValueValidator(datetime(2200, 1, 1, tzinfo=UTC)),
    ]


class TickBoxes(forms.CheckboxSelectMultiple):
    """Checkboxes of which none may be ticked.

    A hidden value distinguishes that from a field that was not in the form.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        boxes = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}" value="">{}', name, boxes)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        ticked = super().value_from_datadict(data, files, name)
        return [value for value in ticked if value != ""] if isinstance(ticked, list) else ticked


JSON_TYPES: dict[str, tuple[type, ...]] = {"decimal": (int, Decimal, str), "number": (int,), "bool": (bool,)}


def matches_json_type(kind: str, value: Any) -> bool:
    """Whether a JSON value has the type of this kind of field. None always matches."""
    if value is None:
        return True
    if kind == "choices":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, JSON_TYPES.get(kind, (str,))) and (kind == "bool" or not isinstance(value, bool))


REASON = ActionField("reason", _("Reason"), kind="long")
NOTE = OptionalField("reason", _("Note"), kind="long")
HAPPENED_AT = OptionalField(
    "happened_at",
    _("Time of the event"),
    kind="datetime",
    help=_("Empty: now. Beijing time; not in the future."),
)
TIME_PAPER = OptionalField(
    "paper",
    _("Number of the paper that shows the time"),
    help=format_lazy(
        _("Required if the event is more than {hours} hours ago."), hours=PAPER_AFTER // timedelta(hours=1)
    ),
)
SIGNER = ActionField(
    "officer",
    _("Officer who signs"),
    max_length=100,
    help=_("Only of systems: user name or staff number; the name, where an agency's people have no accounts."),
)
VERSION = OptionalField("version", _("Version"), kind="number")


class ActionForm(forms.Form):
    """A form built from action fields. In strict mode, that of the API, it takes codes and plain numbers alone, and
    refuses unknown names, so that a misspelt field is reported.

    `is_kept`: unsent input is kept for the person.
    """

    is_kept = True

    def __init__(
        self, fields: Sequence[ActionField], *, thing: Any, actor: Actor, strict: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.strict = strict
        self.clearing = frozenset(field.name for field in fields if field.clears)
        self.mistyped = (
            [a.name for a in fields if not matches_json_type(a.kind, self.data.get(a.name))] if strict else []
        )
        if self.mistyped:
            self.data = {name: value for name, value in self.data.items() if name not in self.mistyped}
        for field in fields:
            made = field.form_field if strict else field.spelled_field
            self.fields[field.name] = made(thing, actor)
        if "version" in self.fields:
            self.fields["version"].widget = forms.HiddenInput()

    def limit_to(self, names: Iterable[str]) -> None:
        """Leaves out all other fields, so that they are no answers."""
        for name in set(self.fields) - set(names):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.mistyped:
            self.errors.pop(name, None)
            self.add_error(name, forms.ValidationError(_("This has a different JSON type than required."), code="type"))
        if not self.strict and "currency" in self.fields:
            settle_currency(self, cleaned)
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
        """Whether the paper for a backdated time is missing.

        The action checks it too; here it is reported together with the other errors.
        """
        happened_at = cleaned.get("happened_at")
        is_expected = "paper" in self.fields and "paper" not in self.errors
        return is_expected and happened_at is not None and needs_paper(happened_at) and not cleaned.get("paper")

    def given(self) -> dict[str, Any]:
        """Returns the answers without empty optional ones, so that the defaults of the action hold.

        “None of these” is an answer, and so is an empty one that `clears`; a field that was not in the form is not.
        """
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) or (name in self.data and (value == [] or name in self.clearing))
        }


def field_errors(form: forms.Form) -> Iterator[FieldError]:
    """A form's errors as JSON pointers."""
    for name, errors in form.errors.as_data().items():
        pointer = "" if name == "__all__" else f"/{name}"
        for error in errors:
            yield FieldError(pointer, error.code or "invalid", " ".join(ValidationError(error).messages))
