"""What the forms of inspections offer."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import names_of, pick
from agencies.kernel.texts import Text
from agencies.people.models import User
from cases.controls.models import District
from cases.controls.store import current
from coordination.prevention.exporters.models import Exporter

from .models import Inspection

CHECKLIST: tuple[Text, ...] = (
    _("Identity of the company, its address and its business"),
    _("Licences for dual-use items, and goods exported under each"),
    _("Certificates of end user and end use, and the originals"),
    _("Contracts, invoices, transport papers and declarations compared"),
    _("Stock, production and sales compared with what was exported"),
    _("Records kept for at least five years"),
    _("Internal compliance programme and its use"),
)


def usual_checklist(thing: Any, actor: Actor) -> str:
    return "\n".join(str(one) for one in CHECKLIST)


def checklist_now(inspection: Inspection, actor: Actor) -> str:
    return "\n".join(one.text for one in inspection.checklist.all())


def officers(thing: Any, actor: Actor) -> Choices:
    """The active people of the agency that inspects."""
    people = User.objects.filter(agency=actor.agency_id, is_active=True).order_by("username")
    return [(str(one.pk), one.name) for one in people]


def inspectors(inspection: Inspection, actor: Actor) -> Choices:
    """The officers of the plan."""
    return [(str(one.person_id), str(one)) for one in inspection.inspectors.select_related("person")]


def those_present(inspection: Inspection, actor: Actor) -> list[str]:
    """The officers recorded as present; before the inspection begins, all of the plan."""
    rows = list(inspection.inspectors.all())
    return [str(one.person_id) for one in rows if one.present] or [str(one.person_id) for one in rows]


def materials(thing: Any, actor: Actor) -> Choices:
    """The families of controlled goods by name."""
    return sorted(material_names().items(), key=lambda one: one[1])


def material_names() -> dict[str, str]:
    return {
        one.material: pick(one.family_zh, one.material.replace("_", " ").capitalize())
        for one in current().goods.values()
    }


def districts(thing: Any, actor: Actor) -> Choices:
    return [(code, f"{code} {name}") for code, name in sorted(names_of(District).items())]


def exporters(thing: Any, actor: Actor) -> Choices:
    """Those that the agency follows."""
    rows = Exporter.objects.filter(agency=actor.agency_id, state=Exporter.State.FOLLOWED).order_by("name")
    return [(str(one.pk), one.name) for one in rows]
