"""Common parts of the workflows of proceedings."""

from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from cases.controls.models import ViolationType
from cases.custody.models import GoodsLot
from cases.custody.workflow import WAYS_TO_KEEP, lot_choices

from .. import powers
from ..models import Proceeding, PropertyMeasure, lines_of


def every_line_has_fate(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    """A proceeding closes when each of its lines has ended."""
    left = lines_of(proceeding).without_fate().count()
    detail = gettext("%(count)s parties or suspects have no outcome yet.") % {"count": left}
    return UnmetCondition("lines", detail) if left else None


def parties(proceeding: Any, actor: Actor) -> Choices:
    return [(str(p.pk), p.name) for p in proceeding.case.parties.all()]


def acts(proceeding: Any, actor: Actor) -> Choices:
    return [(str(act.pk), act.title) for act in proceeding.case.acts.all()]


def no_measure_runs(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    """Property must be released or handed over before the proceeding closes."""
    names = ", ".join(str(measure) for measure in proceeding.property_measures.in_force())
    return (
        UnmetCondition("measures", gettext("Measures still in force: %(names)s.") % {"names": names}) if names else None
    )


# Playbooks are in a higher layer and are reached through the violation types.
def playbooks_that_fit(proceeding: Any, actor: Actor) -> Choices:
    """Playbooks with steps for this kind of proceeding; those for violations of the case come first."""
    fitting = ViolationType.objects.filter(playbooks__steps__kind=proceeding.kind).distinct()
    named = set(proceeding.case.violation_types.values_list("code", flat=True))
    ordered = sorted(fitting, key=lambda one: (one.code not in named, one.position, one.code))
    return [(one.code, one.name) for one in ordered]


def newer_playbooks(proceeding: Any, actor: Actor) -> Choices:
    """The newest version of each playbook of which the proceeding uses an older one, as "code:version"."""
    newest = Max("playbook__violation_type__playbooks__version")
    found = proceeding.playbook_uses.annotate(newest=newest).filter(newest__gt=F("playbook__version"))
    return [
        (f"{one.violation_type.code}:{one.newest}", f"{one.violation_type.name} · {one.newest}")
        for one in found.select_related("violation_type").order_by("violation_type__position")
    ]


def newer_to_take(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    if newer_playbooks(proceeding, actor):
        return None
    return UnmetCondition("version", gettext("No playbook of this proceeding has a newer version."))


PLAYBOOK = ActionField(
    "playbook",
    _("Playbook"),
    choices=playbooks_that_fit,
    help=_("Only missing steps are added; existing steps remain unchanged."),
)
NEWER = ActionField(
    "playbook",
    _("New version of the playbook"),
    choices=newer_playbooks,
    help=_("Its new steps are added; existing steps are neither changed nor removed."),
)
PLAYBOOK_LABELS = {
    "apply_playbook": Labels(_("Apply a playbook"), _("applied a playbook")),
    "renew_playbook": Labels(_("Adopt the new version of a playbook"), _("adopted the new version of a playbook")),
}


# Measures on property ------------------------------------------------------------------------------------------------
def measure_kinds(proceeding: Any, actor: Actor) -> Choices:
    """Kinds of measure that such a proceeding may order."""
    kinds = PropertyMeasure.Kind
    return [(one.value, one.label) for one in kinds if powers.is_given(proceeding.kind, powers.PROPERTY, one)]


def measures_refused(proceeding: Any, actor: Actor) -> str:
    return powers.refusal(proceeding.kind, powers.PROPERTY, dict(PropertyMeasure.Kind.choices))


def lots_without_title(proceeding: Any, actor: Actor) -> Choices:
    """Lots of the case in custody without title, kept by any agency."""
    return lot_choices(
        GoodsLot.objects.filter(case_id=proceeding.case_id, state=GoodsLot.State.HELD, title_agency=None)
    )


def lots_offered(proceeding: Any, actor: Actor) -> Choices:
    """Lots handed over to the agency with their title and not confirmed, except those of this proceeding."""
    offered = GoodsLot.objects.filter(case_id=proceeding.case_id, offered_to_id=proceeding.agency_id, offers_title=True)
    own = PropertyMeasure.objects.filter(proceeding=proceeding.pk).values("pk")
    return lot_choices(offered.filter(state=GoodsLot.State.OFFERED).exclude(title_source__in=own))


ORDER = (
    ActionField("measure", _("Measure"), choices=measure_kinds, refusal=measures_refused),
    OptionalField("lots", _("Lots"), kind="choices", choices=lots_without_title),
    OptionalField("subject", _("Other objects"), kind="long", help=_("An account, shares, papers.")),
    ActionField("authority", _("Approved by")),
    ActionField("paper", _("Number of the paper")),
    REASON,
)
GOODS = (
    ActionField(
        "lots",
        _("Lots"),
        kind="choices",
        choices=lots_offered,
        help=_("An earlier administrative period continues to count; whether it starts again must be verified."),
    ),
    ActionField("keeping", _("Keeping"), choices=WAYS_TO_KEEP),
    OptionalField("location", _("Location"), help=_("Leave empty if the location does not change.")),
    OptionalField("storage", _("Outside storage")),
    ActionField("authority", _("Approved by")),
    ActionField("paper", _("Number of the paper")),
    NOTE,
)
PARTY = ActionField("party", _("Party"), choices=parties)
ACT = OptionalField("act", _("Act"), choices=acts, help=_("Empty: all known acts."))
OUTCOME_REASON = ActionField("outcome_reason", _("Reasons for the outcome"), kind="long", stores=True)

LABELS = {
    "open_proceeding": Labels(_("Open a proceeding"), _("opened a proceeding")),
    "receive_goods": Labels(
        _("Confirm receipt of goods"), _("confirmed the goods list: its own measure on the goods began")
    ),
    "order_measure": Labels(_("Order a measure on property"), _("ordered a measure on property")),
    "add_line": Labels(_("Add a person or party"), _("added a person or party to the proceeding")),
    "close": Labels(_("Close the proceeding"), _("closed its proceeding"), "primary"),
    "reopen": Labels(_("Reopen the proceeding"), _("reopened its proceeding"), "danger"),
}
