"""Workflows of a stop notice and of an inspection request. They differ in who sends and who ends them."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.proxy_recording import Rule
from agencies.kernel.workflow import Labels, Transition, Workflow, alone, automatic, condition
from agencies.machines.models import ApiKey
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import bilateral, internal

from .access import OFFICE, answers, approver, customs_staff, ends_notice, ends_request, writer, writing_chief
from .fields import FIELDS
from .models import Stop, StopKind

S = Stop.State


def not_its_author(stop: Stop, actor: Actor) -> UnmetCondition | None:
    """The responsible person approves a notice that someone else drafted."""
    if not OFFICE.bars(actor, stop):
        return None
    detail = gettext("You drafted or edited this notice: another holder of the office approves it.")
    return UnmetCondition("own_notice", detail)


@condition("last_day", _("The last day is over. Send a new one."))
def not_over(stop: Stop) -> bool:
    return stop.last_day >= times.today()


OFFICER = OptionalField(
    "officer",
    _("Customs officer on duty"),
    max_length=100,
    stores=True,
    of_new=True,
    help=_("Empty: you. A connected system must name the officer."),
)
ANSWER = OptionalField("answer", _("Remark to the sender"), kind="long", stores=True, of_new=True)
WEIGHT_HELD = OptionalField("weight_kg", _("Weight held in kg"), kind="decimal", unit="kg")
FOUND = tuple(
    OptionalField(name, label, max_length=40, of_new=True, help=_("Only if the sender did not name it."))
    for name, label in (("declaration_no", _("Declaration number")), ("container", _("Container number")))
)
SAYS = (ANSWER, OFFICER)
PULLS = alone(ApiKey.Scope.STOPS_PULL)


def _table(*, drafting: dict[str, Transition], withdraws: Rule, lifts: Rule) -> dict[str, Transition]:
    # fmt: off
    return {
        **drafting,
        "see":              bilateral(S.SENT,                            to=S.SEEN,             by=answers, fields=(OFFICER,), machine=PULLS),
        "hold":             bilateral(*Stop.WITH_CUSTOMS, S.NOT_FOUND,   to=S.HELD,             by=answers, fields=(WEIGHT_HELD, *SAYS, *FOUND), needs=(not_over,), machine=PULLS),
        "already_released": bilateral(*Stop.WITH_CUSTOMS, S.NOT_FOUND,   to=S.ALREADY_RELEASED, by=answers, fields=SAYS, machine=PULLS),
        "stand":            bilateral(S.SENT, S.SEEN, S.NOT_FOUND,       to=S.STANDING,         by=answers, fields=SAYS, needs=(not_over,), machine=PULLS),
        "not_found":        bilateral(*Stop.WITH_CUSTOMS,                to=S.NOT_FOUND,        by=answers, fields=SAYS, machine=PULLS),
        "query":            bilateral(S.HELD,                            to=S.QUERIED,          by=customs_staff, fields=(ANSWER,)),
        "detain":           bilateral(S.HELD, S.QUERIED,                 to=S.DETAINED,         by=customs_staff, fields=(ANSWER,)),
        "lift":             bilateral(*Stop.HOLDING,                     to=S.LIFTED,           by=lifts,   fields=(KEPT_REASON,)),
        "withdraw":         bilateral(*Stop.WITH_CUSTOMS, S.NOT_FOUND,   to=S.WITHDRAWN,        by=withdraws, fields=(KEPT_REASON,)),
        "expire":           automatic(*Stop.WITH_CUSTOMS,                to=S.EXPIRED,          visibility="pair"),
    }
    # fmt: on


# fmt: off
NOTICE_LINES = _table(
    drafting={
        "edit":      internal(S.DRAFT,         to=None,            by=writer,   fields=FIELDS[StopKind.NOTICE], writes=True, then="submit"),
        "submit":    internal(S.DRAFT,         to=S.HEAD_DECISION, by=writer,   fields=(NOTE,), needs=(not_over,)),
        "approve":   bilateral(S.HEAD_DECISION, to=S.SENT,         by=approver, fields=(NOTE,), needs=(not_its_author, not_over)),
        "discard":   internal(S.DRAFT, S.HEAD_DECISION, to=S.WITHDRAWN, by=writer, fields=(NOTE,)),
        "send_back": internal(S.HEAD_DECISION, to=S.DRAFT,         by=approver, fields=(KEPT_REASON,)),
    },
    withdraws=ends_notice,
    lifts=ends_notice,
)
REQUEST_LINES = _table(
    drafting={
        "edit": internal(S.DRAFT,  to=None,   by=writer,        fields=FIELDS[StopKind.REQUEST], writes=True, then="send_out"),
        "discard": internal(S.DRAFT, to=S.WITHDRAWN, by=writer, fields=(NOTE,)),
        "send_out": bilateral(S.DRAFT, to=S.SENT, by=writing_chief, fields=(NOTE,), needs=(not_over,)),
    },
    withdraws=writing_chief,
    lifts=ends_request,
)
# fmt: on
ANSWER_LABELS = {
    "discard": Labels(_("Discard the draft"), pgettext_lazy("stop", "discarded the draft"), "danger"),
    "see": Labels(pgettext_lazy("stop", "Mark as seen"), pgettext_lazy("stop", "has seen it"), "primary"),
    "hold": Labels(_("Do not release the goods"), _("does not release the goods"), "primary"),
    "already_released": Labels(
        _("Goods already released"), _("answered that the goods were already released"), "primary"
    ),
    "stand": Labels(_("Watch until the last day"), _("watches for the goods until the last day"), "primary"),
    "not_found": Labels(_("No such goods found"), _("found no such goods"), "primary"),
    "query": Labels(_("Open a customs query"), _("opened a customs query")),
    "detain": Labels(_("Detain the goods"), _("detained the goods")),
    "lift": Labels(pgettext_lazy("stop", "Lift"), pgettext_lazy("stop", "lifted it for the sender"), "danger"),
    "withdraw": Labels(pgettext_lazy("stop", "Withdraw"), pgettext_lazy("stop", "withdrew it"), "danger"),
    "expire": Labels(pgettext_lazy("stop", "Expire"), pgettext_lazy("stop", "ended it after its last day")),
    "draft": Labels(pgettext_lazy("stop", "Draft"), pgettext_lazy("stop", "drafted it")),
    "edit": Labels(_("Edit the draft"), pgettext_lazy("stop", "edited the draft")),
}
NOTICE_LABELS = ANSWER_LABELS | {
    "submit": Labels(_("Submit for approval"), pgettext_lazy("stop", "submitted the notice for approval"), "primary"),
    "approve": Labels(_("Approve and send"), _("approved and sent the stop notice"), "primary"),
    "send_back": Labels(_("Return for revision"), pgettext_lazy("stop", "returned the notice for revision")),
}
REQUEST_LABELS = ANSWER_LABELS | {
    "send_out": Labels(_("Send to customs"), _("sent the inspection request"), "primary"),
}
FINAL = frozenset({S.ALREADY_RELEASED, S.LIFTED, S.WITHDRAWN, S.EXPIRED})
NOTICE = Workflow("stop notice", S, NOTICE_LINES, NOTICE_LABELS, final=FINAL)
REQUEST = Workflow("inspection request", S, REQUEST_LINES, REQUEST_LABELS, final=FINAL)
BY_KIND = {StopKind.NOTICE: NOTICE, StopKind.REQUEST: REQUEST}


def workflow_of(stop: Stop) -> Workflow:
    return BY_KIND[StopKind(stop.kind)]
