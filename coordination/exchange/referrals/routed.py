"""Referrals on arrival: before the receipt of a transfer is signed, rules use the envelope, as its readers do."""

from django.utils import timezone

from agencies.kernel.actor import Actor
from agencies.kernel.resource import ArrivalRouting, ReadableReport
from cases.casefile.actions import stream_of

from .access import reads_package
from .models import Referral
from .packages import envelope_of


def _report(referral: Referral, reader: Actor) -> ReadableReport:
    packages = list(referral.packages.all())
    if reads_package(referral, reader):
        return ReadableReport(content=packages[-1].content if packages else {})
    goods = envelope_of(packages)["goods"] if packages else []
    return ReadableReport(content={"items": [{"description": name} for name in goods]})


ROUTED = ArrivalRouting(
    agency="receiver",
    person="handler",
    at="delivered_at",
    open=lambda rows: rows.open(),
    arrived=lambda rows: rows.filter(delivered_at__isnull=False),  # a draft has not arrived
    related=("case",),
    stream=lambda referral: stream_of(referral.case_id),
    day=lambda referral: timezone.localdate(referral.delivered_at),
    report=_report,
)
