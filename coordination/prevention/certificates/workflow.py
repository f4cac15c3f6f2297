"""Workflow of a certificate of end user and end use (ECL arts. 15–17; DUR arts. 24 and 25)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Visibility, Workflow, automatic, condition, transition
from cases.controls.countries import COUNTRY_HELP, country_offers
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from .access import handles
from .models import Certificate, CertificateCheck

S = Certificate.State
own = partial(transition, visibility=Visibility.OWN)


def _countries(thing: Any, actor: Actor) -> Any:
    return country_offers()


FACTS = (
    ActionField("number", _("Number of the certificate"), max_length=80, stores=True, of_new=True),
    OptionalField("issuer", _("Issued by"), stores=True, clears=True),
    ActionField("issued_on", _("Issued on"), kind="date", stores=True),
    ActionField("valid_until", _("Valid until"), kind="date", stores=True),
    ActionField("end_user", _("End user"), stores=True),
    ActionField("country", _("Country of the end user"), suggests=_countries, stores=True, help=COUNTRY_HELP),
    ActionField("goods", _("Goods"), max_length=300, stores=True),
    OptionalField("control_code", _("Control code"), max_length=40, stores=True, clears=True),
    OptionalField("hs_code", _("HS code"), max_length=20, stores=True, clears=True),
    OptionalField("quantity_kg", _("Net weight (kg)"), kind="decimal", unit="kg", stores=True, clears=True),
    ActionField("end_use", _("End use"), max_length=300, stores=True),
    OptionalField("no_reexport", _("Promises not to pass the goods to third parties"), kind="bool", stores=True),
    OptionalField("no_military", _("Promises no military use"), kind="bool", stores=True),
)
EDITED = tuple(field for field in FACTS if field.name != "number")
CHECK = (
    ActionField("kind", _("Check"), choices=CertificateCheck.Kind.choices, of_new=True),
    ActionField("result", _("Result"), choices=CertificateCheck.Result.choices, of_new=True),
    ActionField("source", _("Source"), of_new=True, help=_("Who or what said so: name, number, address.")),
    ActionField("checked_on", _("Day"), kind="date", of_new=True, initial=lambda one, actor: times.today()),
)


@condition("expiry", _("Its end is not near, or was noted already."))
def expires_soon(certificate: Certificate) -> bool:
    return certificate.expiry == Certificate.Expiry.SOON


# fmt: off
TRANSITIONS = {
    "edit":        own(S.VALID, S.DOUBTFUL,                by=handles, fields=EDITED),
    "add_check":   own(S.VALID, S.DOUBTFUL,                by=handles, fields=CHECK),
    "doubt":       own(S.VALID,             to=S.DOUBTFUL, by=handles, fields=(KEPT_REASON,)),
    "trust":       own(S.DOUBTFUL,          to=S.VALID,    by=handles, fields=(KEPT_REASON,)),
    "note_expiry": own(S.VALID,                            by=handles, fields=(NOTE,), needs=(expires_soon,)),
    "revoke":      own(S.VALID, S.DOUBTFUL, to=S.REVOKED,  by=handles, fields=(KEPT_REASON,)),
    "warn":        automatic(S.VALID,                      visibility=Visibility.PAIR),
    "expire":      automatic(S.VALID, S.DOUBTFUL, to=S.EXPIRED, visibility=Visibility.PAIR),
}
# fmt: on

LABELS = {
    "record": Labels(_("Record a certificate"), _("recorded a certificate of end user and end use")),
    "edit": Labels(_("Edit"), _("changed the record of the certificate")),
    "add_check": Labels(_("Record a check"), _("checked the certificate")),
    "doubt": Labels(_("Mark as doubtful"), _("marked the certificate as doubtful")),
    "trust": Labels(_("Mark as valid again"), _("marked the certificate as valid again")),
    "note_expiry": Labels(_("Note the expiry"), _("noted that the certificate expires"), "primary"),
    "revoke": Labels(_("Revoke"), _("recorded that the certificate was revoked"), "danger"),
    "warn": Labels(_("Expires soon"), _("the certificate expires within sixty days")),
    "expire": Labels(_("Expired"), _("the certificate expired")),
}

CERTIFICATE = Workflow("certificate", S, TRANSITIONS, LABELS, final=frozenset({S.EXPIRED, S.REVOKED}))

STARTS = Workflow(
    "exporter",
    Exporter.State,
    {"record_certificate": own(Exporter.State.FOLLOWED, by=keeps_register, fields=FACTS)},
    {"record_certificate": LABELS["record"]},
)
