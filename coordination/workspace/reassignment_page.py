"""The page on which all work of a person is handed over to a colleague. It also shows everyone's workload."""

from itertools import islice
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.texts import TextField
from agencies.people.forms import PersonField, submit_form
from agencies.people.models import User
from coordination.automation.routing.loads import Load, loads
from coordination.workspace.form_drafts.actions import drop_draft

from .reassignment import MOST, hand_over_all, held_by


class HandingOverForm(forms.Form):
    """Whose work: the user's own; for leads that of any colleague, also with a disabled account."""

    person = PersonField(label=gettext_lazy("Hand over from"))
    to = PersonField(
        label=gettext_lazy("Hand over to"),
        help_text=gettext_lazy(
            "People with the least work come first. A proceeding or referral counts three, a task or lead one."
        ),
    )
    reason = TextField(label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, actor: Actor, known: list[Load], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        whole = User.objects.filter(agency=actor.own_agency).order_by("username")
        leads = actor.leads(actor.agency_id)
        fields["person"].queryset = whole if leads else whole.filter(pk=actor.id)
        here = [load for load in known if not load.away]
        fields["to"].queryset = whole.filter(pk__in=[load.person.pk for load in here])
        labels = [(load.person.username, f"{load.person.name} ({load.weight})") for load in here]
        fields["to"].choices = [("", "—"), *labels]


@page(STAFF)
def handing_over(request: HttpRequest) -> HttpResponse:
    """GET with `person` lists what would be handed over; POST hands it over and shows the result of each row."""
    actor = actor_of(request)
    known = loads(actor.own_agency)
    chosen = request.POST if request.method == "POST" else None
    form = HandingOverForm(chosen, actor=actor, known=known, initial={"person": request.GET.get("person", "")})
    results = submit_form(form, lambda given: hand_over_all(actor=actor, **given))
    if results is not None:
        drop_draft(request.path, actor=actor)
    person = _person(form, request)
    context = {
        "form": form,
        "results": results,
        "person": person,
        "held": list(islice(held_by(person, actor), MOST)) if person and results is None else [],
        "loads": loads(actor.own_agency) if results else known,
        "leads": actor.leads(actor.agency_id),
        "heading": _("Hand over all work"),
    }
    return render(request, "tasks/handing_over.html", context, status=400 if form.errors else 200)


def _person(form: HandingOverForm, request: HttpRequest) -> User | None:
    """The selected person, if the reader may select them."""
    named = request.POST.get("person") or request.GET.get("person") or ""
    field: Any = form.fields["person"]
    found: User | None = None if "\x00" in named else field.queryset.filter(username=named).first()
    return found
