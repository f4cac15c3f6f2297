"""Taking in packages of gateways. A package that comes again changes nothing; one that is missing is named."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.db.models import Max
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, FieldError, Invalid, TransitionRefused
from agencies.kernel.limits import BATCH_REPORTS
from agencies.kernel.problems import problem_of
from agencies.kernel.work import atomic
from agencies.machines.authentication import actor_of_system
from agencies.organisations.actions import agency_stream
from cases.intake.batch import BatchedReport, UnreadableReport, read_lines, receive_reports
from cases.intake.models import Lead
from cases.intake.receiving import ReceivedReport, ReportEffect
from cases.intake.report_files import receive_file

from .models import Gateway, GatewayPackage, count_results
from .packages import REPORTS, OpenedPackage, open_package

SCOPES = frozenset({"leads:write"})
FARTHEST = 10_000
"""How many numbers a package may be ahead of the latest one. A number farther ahead is a mistake of the sender, and its
missing numbers would fill every receipt."""


def take_package(data: bytes, *, actor: Actor) -> tuple[GatewayPackage, bool]:
    """Receives the reports and files of a package in the name of its system. Returns it, and whether it is new.

    Reports are received in steps of a batch; a package whose import was interrupted is sent again, and what was
    received stays as it is. Raises Invalid for the field `package`; TransitionRefused if another one had its number, or
    if its number is too far ahead.
    """
    opened = open_package(data)
    gateway = _sender_of(opened, actor)
    number = opened.manifest["sequence"]
    if (known := gateway.packages.filter(sequence=number).first()) is not None:
        return _same(known, opened), False
    _refuse_far_ahead(number, gateway)
    sender = actor_of_system(gateway.client, SCOPES)
    results = [*_reports(opened, gateway, sender), *_files(opened, gateway, sender)]
    try:
        with atomic():
            package = GatewayPackage.objects.create(
                gateway=gateway,
                sequence=number,
                sha256=opened.sha256,
                received_at=times.now(),
                results=results,
                counts=count_results(results),
            )
            data_of_event = {"name": gateway.client.name, "sequence": number, "sha256": opened.sha256}
            record_event(
                agency_stream(gateway.client.agency),
                actor=actor,
                action=Action("take_package", "machine", gateway.client.pk, data=data_of_event | package.counts),
                audience=Audience(Event.Visibility.OWN),
            )
    except IntegrityError:  # two workers took it at once; both received the same reports
        return _same(gateway.packages.get(sequence=number), opened), False
    return package, True


def _sender_of(opened: OpenedPackage, actor: Actor) -> Gateway:
    """One answer for an unknown sender and for a wrong signature."""
    visible = Gateway.objects.visible_to(actor).select_related("client__agency")
    gateway = visible.filter(client=opened.manifest["sender"], client__is_active=True).first()
    if gateway is None or not opened.is_signed_by(gateway.public_key):
        detail = _("The package is not signed by a registered gateway that you administer.")
        raise Invalid.field("package", "signature", detail)
    return gateway


def _same(known: GatewayPackage, opened: OpenedPackage) -> GatewayPackage:
    if known.sha256 != opened.sha256:
        detail = _("Another package had number %(number)d. The sender must give each package a number of its own.")
        raise TransitionRefused.because("sequence", detail % {"number": known.sequence})
    return known


def _refuse_far_ahead(number: int, gateway: Gateway) -> None:
    latest = gateway.packages.aggregate(latest=Max("sequence"))["latest"] or 0
    if number > latest + FARTHEST:
        detail = _("Number %(number)d is too far ahead of %(latest)d, the latest. The sender counts 1, 2, 3 …")
        raise TransitionRefused.because("sequence", detail % {"number": number, "latest": latest})


def _reports(opened: OpenedPackage, gateway: Gateway, sender: Actor) -> Iterator[dict[str, Any]]:
    reports = map(_with_version, read_lines(opened.read(REPORTS)))
    line = 0
    while part := list(islice(reports, BATCH_REPORTS)):
        for received in receive_reports(part, actor=sender, agency=gateway.client.agency):
            line += 1
            yield {"line": line, **_result(received)}


def _with_version(report: Any) -> Any:
    """Packages may arrive out of order, so each report states its own."""
    if isinstance(report, dict) and report.get("source_version") in (None, ""):
        detail = _("Each report of a package needs a source_version, because packages may arrive out of order.")
        return UnreadableReport((FieldError("/source_version", "required", detail),))
    return report


def _result(received: BatchedReport) -> dict[str, Any]:
    found = received.result
    if isinstance(found, ReceivedReport):
        status = 201 if found.result is ReportEffect.NEW else 200
        return {"status": status, "effect": str(found.result), "lead": str(found.lead.pk)}
    return _problem(found)


def _problem(error: ActionError) -> dict[str, Any]:
    """Pointers and codes only: a detail may quote the report."""
    errors = [{"pointer": one.pointer, "code": one.code} for one in getattr(error, "errors", [])]
    return {"status": problem_of(error)["status"], "code": error.code, "errors": errors}


def _files(opened: OpenedPackage, gateway: Gateway, sender: Actor) -> Iterator[dict[str, Any]]:
    for one in opened.manifest.get("files", []):
        key = {name: one[name] for name in ("source_system", "report_type", "source_ref")}
        leads = Lead.objects.visible_to(sender).filter(source_agency=gateway.client.agency, **key)
        yield {"file": one["path"], **_file(leads.first(), one, opened, sender)}


def _file(lead: Lead | None, one: dict[str, Any], opened: OpenedPackage, sender: Actor) -> dict[str, Any]:
    if lead is None:
        return {"status": 404, "code": "no_report", "errors": []}
    content = ContentFile(opened.read(one["path"]), name=one["path"].rpartition("/")[2])
    try:
        _kept, is_new = receive_file(lead, actor=sender, file=content, sha256=one["sha256"], title=one.get("title", ""))
    except ActionError as refused:
        return _problem(refused)
    return {"status": 201 if is_new else 200, "lead": str(lead.pk)}
