"""How an exporter becomes an addressee of a circular, and is taken off it: on its page, and in the list for many."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.action_fields import ActionField, Choices
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Visibility, Workflow, condition, transition
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from .models import Circular

E = Exporter.State


def _drafts(actor: Actor) -> QuerySet[Circular]:
    """The drafts of the own agency, the newest first."""
    return Circular.objects.filter(agency_id=actor.own_agency, state=Circular.State.DRAFT).order_by("-created_at", "pk")


def _without(exporter: Any, actor: Actor) -> Choices:
    """Those to which the exporter may be added; in the list of many exporters all."""
    found = _drafts(actor)
    return _named(found.exclude(addressees__exporter=exporter) if exporter else found)


def _with(exporter: Any, actor: Actor) -> Choices:
    """Those off which it may be taken."""
    found = _drafts(actor)
    return _named(found.filter(addressees__exporter=exporter) if exporter else found)


def _named(drafts: QuerySet[Circular]) -> Choices:
    return [(str(one.pk), f"{one.title} ({one.get_kind_display()})") for one in drafts]


def _is_added(exporter: Any, actor: Actor) -> str:
    return _("Choose a draft of your agency of which it is no addressee yet.")


def _is_taken_off(exporter: Any, actor: Actor) -> str:
    return _("Choose a draft of your agency of which it is an addressee.")


@condition("circular", gettext_lazy("It is an addressee of no draft."))
def is_on_a_draft(exporter: Exporter) -> bool:
    return Circular.objects.filter(state=Circular.State.DRAFT, addressees__exporter=exporter).exists()


TO = ActionField(
    "circular",
    gettext_lazy("Circular"),
    choices=_without,
    of_new=True,
    refusal=_is_added,
    help=gettext_lazy("A draft of your agency. A new one is begun on the list of circulars."),
)
OFF = ActionField("circular", gettext_lazy("Circular"), choices=_with, of_new=True, refusal=_is_taken_off)

STARTS = Workflow(
    "exporter",
    E,
    {
        "add_to_circular": transition(E.FOLLOWED, by=keeps_register, fields=(TO,), visibility=Visibility.OWN),
        "take_off_circular": transition(
            *(E.FOLLOWED, E.RESTING),
            by=keeps_register,
            fields=(OFF,),
            needs=(is_on_a_draft,),
            visibility=Visibility.OWN,
        ),
    },
    {
        "add_to_circular": Labels(gettext_lazy("Add to a circular"), gettext_lazy("added the exporter to a circular")),
        "take_off_circular": Labels(
            gettext_lazy("Take off a circular"), gettext_lazy("took the exporter off a circular")
        ),
    },
)
