"""Forms of the account pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from agencies.idempotency.actions import once
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import resource_of
from agencies.kernel.spelled_fields import day_input
from agencies.kernel.texts import Text, TextField
from agencies.organisations.models import Agency

from .access import grantable_roles
from .models import POSTS, Membership, OfficeHolder, User
from .passwords import HELP

SIGN_IN_NAME = RegexValidator(
    r"^[a-z][a-z0-9.\-]{2,59}\Z", _("Lower-case letters, digits, dots and hyphens; a letter first.")
)
FIELDS_OF_CHANGE = {
    "grant_role": ("role", "unit", "until"),
    "change_role": ("unit", "until"),
    "grant_office": ("post", "until"),
    "change_office": ("until",),
    "end_role": (),
    "end_office": (),
    "enable_account": (),
}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A choice of people by sign-in name, shown by their names. The form sets the queryset."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), to_field_name="username", empty_label="—", **kwargs)

    def label_from_instance(self, obj: User) -> str:
        return str(obj.name)


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = day_input()
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class PersonForm(forms.Form):
    """The contact details that colleagues on a case see with a person's name."""

    name_zh = TextField(label=_("Name in Chinese"), max_length=200)
    name_en = TextField(label=_("Name in Latin letters"), max_length=200)
    phone = TextField(label=_("Telephone"), max_length=30, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("An official address. A mail gives only the number of items, never their content."),
    )
    desk_zh = TextField(label=_("Desk, in Chinese"), max_length=100, required=False)
    desk_en = TextField(label=_("Desk, in English"), max_length=100, required=False)


class NewPersonForm(PersonForm):
    """`agencies` are those the actor may create accounts for. A single one is preselected."""

    username = TextField(
        label=_("Sign-in name"),
        max_length=36,
        validators=[SIGN_IN_NAME],
        help_text=_("The code of the agency is placed before it. It cannot be changed later."),
    )
    staff_number = TextField(
        label=_("Staff number"),
        max_length=40,
        help_text=_("A person has one account at an agency. A disabled account is enabled again, not created again."),
    )
    agency = forms.ModelChoiceField(
        label=_("Agency"),
        queryset=Agency.objects.none(),
        to_field_name="code",
        help_text=_("Permanent: a person who moves to another agency gets a new account."),
    )
    field_order = ("username", "staff_number", "agency")

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.queryset = agencies
        if len(agencies) == 1:
            self.initial["agency"] = agencies[0].code


class ReasonForm(forms.Form):
    reason = TextField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class RightsForm(forms.Form):
    """A requested change of rights. It has the fields of its operation, a document and a reason.

    `held` is the right that is changed or ended.
    """

    role = forms.ChoiceField(label=_("Role"))
    post = forms.ChoiceField(
        label=_("Office"),
        choices=POSTS.items,
        help_text=_("A deputy decides only where the law names a responsible person, not the main one."),
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Agency.objects.none(), to_field_name="code")
    until = day_field(_("Last day"), _("Empty: no end date."))
    document = TextField(
        label=_("Appointing document"),
        max_length=200,
        required=False,
        help_text=_(
            "Number and date. Required for an acting holder and a deputy, and where no responsible person is left who "
            "could confirm."
        ),
    )
    reason = TextField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second person reads it before confirming."),
    )

    def __init__(
        self,
        *args: Any,
        operation: str,
        person: User,
        actor: Actor,
        held: Membership | OfficeHolder | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sent = set(self.data) & set(self.fields)
        for name in set(self.fields) - {*FIELDS_OF_CHANGE[operation], "document", "reason"}:
            del self.fields[name]
        if "role" in self.fields:
            role: Any = self.fields["role"]
            may = grantable_roles(actor, person)
            role.choices = [choice for choice in Membership.Roles.choices if choice[0] in may]
        if "unit" in self.fields:
            unit: Any = self.fields["unit"]
            unit.queryset = Agency.objects.filter(agency_id=person.agency_id).order_by("id")
            self.initial.setdefault("unit", held.unit.code if isinstance(held, Membership) else person.agency.code)
        if held is not None and "until" in self.fields:
            self.initial.setdefault("until", held.until)

    def unknown(self) -> set[str]:
        """The sent fields that this change does not have."""
        return self._sent - set(self.fields)


class NewPasswordForm(PasswordChangeForm):
    """Refuses the present password, which an administrator may have seen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = HELP

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the current password. Choose another."), code="same")
        return password


def post_data(request: HttpRequest) -> Any:
    """Returns the POST data, None for other methods. An empty POST counts, so that its form reports what is missing."""
    return request.POST if request.method == "POST" else None


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Renders a page with a `form`, with status 400 if the form has errors."""
    return render(request, template, context, status=400 if context["form"].errors else 200)


def submit_form(form: forms.Form, action: Callable[[dict[str, Any]], Any]) -> Any:
    """Runs the action with the cleaned data. Returns its result, None if the form is unsent, invalid or refused."""
    if not form.is_valid():
        return None
    try:
        return action(form.cleaned_data)
    except (Invalid, TransitionRefused) as refusal:
        add_refusal(form, refusal)
        return None


def new_object_page(
    request: HttpRequest, form: ActionForm, add: Callable[..., Any], *, done: Text, **texts: Any
) -> HttpResponse:
    """The page of a new object. `add` creates it from the answers, and its own page says that it is `done`.

    `texts` are `heading`, `help_text`, `button`, `back` and `back_label`.
    """
    if request.method == "POST":
        with once(request) as sent:
            made = None if sent.target else submit_form(form, lambda _given: add(**form.given()))
            if made is not None:
                messages.success(request, str(done))
                sent.target = resource_of(made).url(made)
        if sent.target:
            return redirect(sent.target)
    return form_page(request, "plain_form.html", {"form": form, **texts})


def add_refusal(form: forms.Form, refusal: Invalid | TransitionRefused) -> None:
    """Adds the errors of a refused action to its form."""
    if isinstance(refusal, TransitionRefused):
        form.add_error(None, refusal.detail)
        return
    for error in refusal.errors:
        name = error.pointer.removeprefix("/")
        form.add_error(name if name in form.fields else None, error.detail)
