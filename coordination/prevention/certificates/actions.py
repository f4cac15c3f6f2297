"""Actions on certificates: record one, check it, doubt it, and follow its last day."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import CommonAnswers, TransitionResult
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from cases.clocks.counting import end_of
from cases.controls.countries import country_code
from coordination.exchange.letters.acting import person_of
from coordination.prevention.acting import move, record_begun
from coordination.prevention.exporters.actions import lock_exporter_for
from coordination.prevention.exporters.models import Exporter

from .models import EXPIRES_SOON, Certificate, CertificateCheck
from .workflow import CERTIFICATE, FACTS

COLUMNS = frozenset(field.name for field in FACTS)


def record_certificate(exporter: Exporter, *, actor: Actor, **given: Any) -> Certificate:
    """Records a certificate of the exporter. Raises Invalid."""
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    _check(given)
    with atomic():
        exporter = lock_exporter_for(exporter, "record_certificate", actor=actor, version=common.version)
        if exporter.certificates.filter(number=given["number"]).exists():
            detail = _("This exporter has a certificate with this number already.")
            raise Invalid.field("number", "double", detail)
        made: Certificate = Certificate.objects.create(
            agency_id=exporter.agency_id,
            exporter=exporter,
            handler=person_of(actor),
            state_since=at,
            due_at=end_of(given["valid_until"]),
            **{name: value for name, value in given.items() if name in COLUMNS},
        )
        data = {"number": made.number, "end_user": made.end_user, "paper": common.paper}
        record_begun(made, "record", actor=actor, at=at, data=data)
        if times.today() <= made.valid_until <= times.today() + EXPIRES_SOON:
            warn(made)
        return made


def _check(given: dict[str, Any]) -> None:
    """The country as its code. Raises Invalid for an unknown one, and for a period that ends before it begins."""
    code = country_code(given["country"])
    if not code:
        detail = _("No country is named %(name)s.") % {"name": given["country"]}
        raise Invalid.field("country", "choice", detail)
    given["country"] = code
    if given["valid_until"] < given["issued_on"]:
        raise Invalid.field("valid_until", "period", _("The period ends before it begins."))


def edit(certificate: Certificate, *, actor: Actor, **given: Any) -> TransitionResult[Certificate]:
    """Changes the record. Another last day may be near or far, so that its end becomes work anew."""
    _check(given)
    changes: dict[str, Any] = {"due_at": end_of(given["valid_until"])}
    if given["valid_until"] != certificate.valid_until:
        changes["expiry"] = ""
    given = {"no_reexport": False, "no_military": False} | given
    with atomic():
        applied = move(certificate, "edit", actor=actor, changes=changes, **given)
        certificate.refresh_from_db()
        if Certificate.objects.expiring().filter(pk=certificate.pk, valid_until__gte=times.today()).exists():
            warn(certificate)
        return applied


def add_check(
    certificate: Certificate, *, actor: Actor, kind: str, result: str, source: str, checked_on: date, **given: Any
) -> TransitionResult[Certificate]:
    """Records a check. Its result decides nothing; an officer marks the certificate as doubtful."""
    if checked_on > times.today():
        raise Invalid.field("checked_on", "future", _("This day is in the future."))
    if checked_on < certificate.issued_on:
        raise Invalid.field("checked_on", "order", _("The certificate was issued later."))
    answers = {"kind": kind, "result": result, "source": source, "checked_on": checked_on}
    with atomic():
        applied = move(certificate, "add_check", actor=actor, **answers, **given)
        CertificateCheck.objects.create(certificate=certificate, checked_by=person_of(actor), **answers)
        return applied


def note_expiry(certificate: Certificate, *, actor: Actor, **given: Any) -> TransitionResult[Certificate]:
    """Ends the work about its last day: a new certificate is asked for, or none is needed."""
    return move(certificate, "note_expiry", actor=actor, changes={"expiry": Certificate.Expiry.NOTED}, **given)


def warn(certificate: Certificate) -> None:
    """Makes the end of the certificate work of its handler."""
    move(certificate, "warn", actor=SYSTEM, changes={"expiry": Certificate.Expiry.SOON})


def follow_days() -> int:
    """Ends certificates after their last day, and makes those that end within sixty days work. Returns how many."""
    done = 0
    for certificate in Certificate.objects.expired():
        done += _unless_moved(certificate, "expire", Certificate.objects.expired())
    for certificate in Certificate.objects.expiring():
        done += _unless_moved(certificate, "warn", Certificate.objects.expiring())
    return done


def _unless_moved(certificate: Certificate, verb: str, rows: Any) -> int:
    """Applies the automatic transition, unless the certificate was changed meanwhile. Returns 1 if it did."""
    with atomic():
        found = rows.select_for_update(no_key=True).filter(pk=certificate.pk).first()
        if found is None:
            return 0
        if verb == "warn":
            warn(found)
        else:
            move(found, "expire", actor=SYSTEM, changes={"expiry": ""})
        return 1


ACTIONS = by_verb(move, CERTIFICATE, edit=edit, add_check=add_check, note_expiry=note_expiry)
