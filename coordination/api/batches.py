"""Many reports in one request: the same rules and the same identity as one by one, a result for each in its order."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.serializers import CharField, IntegerField, ListField

from agencies.kernel.errors import ActionError, EncodedBody, FieldError, Forbidden, Invalid
from agencies.kernel.json_input import read_json
from agencies.kernel.limits import BATCH_BYTES, BATCH_REPORTS
from agencies.kernel.permissions import scope
from agencies.kernel.problems import problem_of
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from cases.intake.batch import BatchedReport, read_lines, read_reports, readable_report, receive_reports
from cases.intake.models import Lead
from cases.intake.receiving import ReceivedReport, ReportEffect, find_flags, refuse_source
from cases.intake.serializers import CheckedReport, Receipt, Report
from cases.intake.verdicts import conduct_day, control_flags

from .leads import VALIDATE_ONLY, agency_of, checked, validates_only
from .operations import Call, post


class BatchParser(BaseParser):
    """Reads `{"reports": […]}`. The body may be packed with gzip."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, list[Any]]:
        """Returns the reports, each as an object or an UnreadableReport. Raises Invalid, RequestDataTooBig."""
        packed = (parser_context or {})["request"].headers.get("Content-Encoding", "").strip().lower()
        if packed not in ("", "identity", "gzip"):
            raise EncodedBody(_("A batch may be packed with gzip only."))
        raw = stream.read(BATCH_BYTES + 1)
        if packed == "gzip":
            raw = _unpacked(raw)
        if len(raw) > BATCH_BYTES:
            raise RequestDataTooBig(BATCH_BYTES)
        reports = list(self.reports_in(raw))
        if not 1 <= len(reports) <= BATCH_REPORTS:
            detail = _("Send 1 to %(most)d reports; this batch has %(sent)d.")
            raise Invalid.field("reports", "length", detail % {"most": BATCH_REPORTS, "sent": len(reports)})
        return {"reports": reports}

    def reports_in(self, raw: bytes) -> Iterator[Any]:
        content = read_json(raw)
        if not isinstance(content, dict) or list(content) != ["reports"] or not isinstance(content["reports"], list):
            raise Invalid.field(
                "reports", "invalid", _("Send one JSON object with the list “reports” and nothing else.")
            )
        return (readable_report(lambda one=one: one) for one in content["reports"])


class LinesParser(BatchParser):
    """Reads one report a line. Empty lines are left out."""

    media_type = "application/x-ndjson"

    def reports_in(self, raw: bytes) -> Iterator[Any]:
        return read_lines(raw)


def _unpacked(raw: bytes) -> bytes:
    """At most one byte more than a batch may have, so that a small body cannot fill the memory."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, BATCH_BYTES + 1)
    except zlib.error as wrong:
        raise Invalid([FieldError("", "encoding", _("This is not packed with gzip."))]) from wrong


class BatchInput(Strict):
    """Reports in the order in which they are received."""

    reports = ListField(child=Report(), max_length=BATCH_REPORTS)


class RowProblem(Shape):
    """Why a report was refused, as the problem document of a single report."""

    type = CharField()
    title = CharField()
    status = IntegerField()
    detail = CharField(allow_blank=True)


class BatchResult(Shape):
    """The result of one report, as sending it alone would have: `receipt` with `effect` new, revised, unchanged or
    stale (status 201 for a new lead, 200 for a known one), or `problem`; with “validate_only” `checked` for a report
    that would be taken."""

    status = IntegerField()
    effect = CharField(required=False)
    receipt = Receipt(required=False)
    checked = CheckedReport(required=False)
    problem = RowProblem(required=False)


class BatchAnswer(Shape):
    """One result for each report, in the order of the batch."""

    results = BatchResult(many=True)


def _reports_of(call: Call) -> Iterable[Any]:
    """The reports as the parsers of a batch return them."""
    data: Any = call.request.data
    reports: list[Any] = data["reports"]
    return reports


def _answered(call: Call, *made: str) -> Response:
    """The results. A repeat has the receipts as they are then; what was refused has the same problem again. Nothing was
    made: the reports were checked."""
    if not made:
        return Response({"results": _checked(call)})
    if call.once:
        return Response(call.once)
    _sent, refused = read_reports(_reports_of(call))
    seen = {str(lead.pk): lead for lead in Lead.objects.visible_to(call.actor).filter(pk__in=[pk for pk in made if pk])}
    results = [_repeated(seen.get(pk), refused.get(n)) for n, pk in enumerate(made)]
    return Response({"results": results})


def _checked(call: Call) -> list[dict[str, Any]]:
    """What sending the batch would answer for each report, as far as that is known before. Nothing is stored."""
    sent, refused = read_reports(_reports_of(call))
    results: dict[int, dict[str, Any]] = {n: _refused(error) for n, error in refused.items()}
    for n, report in sent.items():
        try:
            refuse_source(report.content, actor=call.actor)
        except Forbidden as refusal:
            results[n] = _refused(refusal)
    taken = [n for n in sent if n not in results]
    found = checked([sent[n] for n in taken], call)
    results |= {n: {"status": 200, "checked": one} for n, one in zip(taken, found, strict=True)}
    return [results[n] for n in range(len(results))]


def _repeated(lead: Lead | None, refused: ActionError | None) -> dict[str, Any]:
    if lead is not None:
        return {"status": 200, "effect": ReportEffect.UNCHANGED, "receipt": Receipt(lead).data}
    gone = refused or Invalid.field("", "refused", _("This report was refused. Send it again with a new key."))
    return _refused(gone)


@post(
    "leads/batch/",
    "send_batch",
    gettext_lazy("Send many reports"),
    gettext_lazy(
        "At most 500 reports and 8 MiB, as JSON or as one report a line (application/x-ndjson), also packed with gzip. "
        "Each has its own result: one that is refused stops no other. Send the refused ones again after correction. "
        "With “validate_only” nothing is stored."
    ),
    permission=scope("leads:write"),
    accepts=BatchInput,
    answers=BatchAnswer,
    query=[VALIDATE_ONLY],
    parsers=(BatchParser, LinesParser),
    then=_answered,
)
def send_batch(call: Call) -> list[str]:
    """Receives the reports that are valid. Returns the id of the lead of each report, "" for one that is refused."""
    if validates_only(call):
        return []
    found = receive_reports(_reports_of(call), actor=call.actor, agency=agency_of(call.request))
    call.once = {"results": [_answer(one) for one in found]}
    return [str(one.result.lead.pk) if isinstance(one.result, ReceivedReport) else "" for one in found]


def _answer(one: BatchedReport) -> dict[str, Any]:
    is_lead = isinstance(one.result, ReceivedReport) and one.sent is not None
    return _received(one.result, one.sent) if is_lead else _refused(one.result)


def _received(result: Any, sent: Any) -> dict[str, Any]:
    lead, content = result.lead, sent.content
    flags = [*find_flags(content), *control_flags(content, conduct_day(sent.occurred[0], lead.received_at))]
    status = 201 if result.result is ReportEffect.NEW else 200
    receipt = Receipt(lead, context={"flags": flags}).data
    return {"status": status, "effect": str(result.result), "receipt": receipt}


def _refused(error: Any) -> dict[str, Any]:
    problem = problem_of(error)
    return {"status": problem["status"], "problem": problem}
