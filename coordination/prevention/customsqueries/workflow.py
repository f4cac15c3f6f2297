"""Workflow of a customs query."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.workflow import Labels, Workflow, automatic, condition
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import announced, internal

from .access import asker, issuer, reporter
from .models import REPLY, CustomsQuery, PaperKind, ServiceWay
from .reporting import REPORTED, from_query
from .starts import EDITED

S = CustomsQuery.State


@condition("period", _("The exporter's period to answer has not ended."))
def period_over(query: CustomsQuery) -> bool:
    periods: Any = CustomsQuery.objects.with_reply_period()  # annotated
    return bool(periods.filter(pk=query.pk, reply_until__lt=times.now()).exists())


@condition("opinion", _("The opinion on the goods has not been given. Withdraw the request to decide without it."))
def identified(query: CustomsQuery) -> bool:
    """Only while the goods are being identified."""
    if query.state != S.TO_IDENTIFY:
        return True
    opinions: Any = CustomsQuery.objects.with_identification()  # annotated
    return bool(opinions.filter(pk=query.pk, is_identified=True).exists())


@condition("told", _("The exporter has been notified of the result."))
def is_not_notified(query: CustomsQuery) -> bool:
    return query.told_at is None


@condition("lead", _("A lead has been reported because of it."))
def is_not_reported(query: CustomsQuery) -> bool:
    return query.lead_id is None


@condition("papers", _("All papers that were asked for have been received."))
def lacks_papers(query: CustomsQuery) -> bool:
    return bool(query.missing)


WAY = ActionField("service_way", _("Way of service"), choices=ServiceWay.choices, stores=True)
PROOF = ActionField("paper", _("Number of the proof of service"))
RECEIVED = ActionField("papers_received", _("Papers received"), kind="choices", choices=PaperKind.choices, stores=True)
REPLY_FIELDS = (
    OptionalField("reply", _("What the exporter answers"), kind="long", stores=True),
    ActionField(
        "papers_received", _("Papers received"), kind="choices", choices=PaperKind.choices, stores=True, required=False
    ),
)
RESULT_WAY = ActionField("told_way", _("Way of service"), choices=ServiceWay.choices, stores=True)

# fmt: off
TRANSITIONS = {
    # verb              from                                               to                    who               fields / needs
    "edit":           internal(S.DRAFT,                                    to=None,              by=asker,         fields=EDITED),
    "issue":          announced(S.DRAFT,                                   to=S.ISSUED,          by=issuer,        fields=(NOTE,)),
    "serve":          announced(S.ISSUED,                                  to=S.SERVED,          by=asker,         fields=(WAY, PROOF), starts=(REPLY,)),
    "record_answer":  announced(S.SERVED, S.NO_REPLY,                      to=S.ANSWERED,        by=asker,         fields=REPLY_FIELDS, stops=(REPLY,)),
    "add_papers":     announced(S.ANSWERED, S.TO_IDENTIFY,                 to=None,              by=asker,         fields=(RECEIVED, NOTE), needs=(lacks_papers,)),
    "no_reply":       announced(S.SERVED,                                  to=S.NO_REPLY,        by=asker,         fields=(NOTE,), needs=(period_over,), stops=(REPLY,)),
    "not_controlled": announced(S.ANSWERED, S.TO_IDENTIFY,                 to=S.NOT_CONTROLLED,  by=issuer,        fields=(KEPT_REASON,), needs=(identified,)),
    "licence_needed": announced(S.ANSWERED, S.NO_REPLY, S.TO_IDENTIFY,     to=S.LICENCE_NEEDED,  by=issuer,        fields=(KEPT_REASON,), needs=(identified,)),
    "report_lead":    internal(S.LICENCE_NEEDED,                           to=None,              by=reporter,      fields=REPORTED, needs=(is_not_reported,), fills=from_query),
    "tell_result":    announced(*CustomsQuery.RESULTS,                     to=None,              by=issuer,        fields=(RESULT_WAY,), needs=(is_not_notified,)),
    "reconsider":     announced(*CustomsQuery.RESULTS,                     to=S.ANSWERED,        by=issuer,        fields=(REASON,), needs=(is_not_notified,)),
    "withdraw":       announced(S.DRAFT, S.ISSUED, S.SERVED, S.ANSWERED, S.NO_REPLY, to=S.WITHDRAWN, by=issuer,    fields=(KEPT_REASON,), stops=(REPLY,)),
    "resume":         automatic(S.TO_IDENTIFY,                             to=S.ANSWERED),
}
# fmt: on

LABELS = {
    "draft": Labels(_("Draft a customs query"), _("drafted a customs query")),
    "edit": Labels(_("Edit the draft"), _("edited the draft")),
    "issue": Labels(_("Issue the query notice"), _("issued the customs query"), "primary"),
    "serve": Labels(_("Record the service"), _("served the query notice on the exporter"), "primary"),
    "record_answer": Labels(
        _("Record the answer"), pgettext_lazy("customs query", "recorded the exporter's answer"), "primary"
    ),
    "add_papers": Labels(_("Record further papers"), _("recorded further papers of the exporter")),
    "no_reply": Labels(_("Record that no answer came"), _("recorded that the exporter did not answer"), "primary"),
    "not_controlled": Labels(_("Decide: not controlled"), _("decided that the goods are not controlled"), "primary"),
    "licence_needed": Labels(_("Decide: licence needed"), _("decided that the goods need a licence"), "primary"),
    "report_lead": Labels(_("Report a lead"), _("reported a lead because of the query"), "primary"),
    "tell_result": Labels(_("Issue the result notice"), _("notified the exporter of the result"), "primary"),
    "reconsider": Labels(_("Take the result back"), _("took the result of the query back")),
    "withdraw": Labels(_("Withdraw the query"), _("withdrew the customs query"), "danger"),
    "resume": Labels(_("Identification withdrawn"), _("the request for identification was withdrawn")),
}

QUERY = Workflow("customs query", S, TRANSITIONS, LABELS, final=frozenset({S.WITHDRAWN}))
