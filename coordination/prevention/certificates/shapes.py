"""Certificates over JSON."""

from typing import Any

from rest_framework.serializers import CharField, DateField, UUIDField

from agencies.kernel.shapes import Shape, shown
from agencies.people.shapes import ModelShape, fields_of

from .comparing import differences
from .models import Certificate, CertificateCheck


class DifferenceShape(Shape):
    """A difference between the certificate and a shipment on a case that the caller reads. It is no verdict."""

    subject = CharField()
    case = UUIDField(source="case.pk")
    declaration = CharField()
    declared = CharField()
    promised = CharField()
    day = DateField()


class CertificateShape(ModelShape):
    """A certificate of end user and end use, with its checks."""

    checks = fields_of(CertificateCheck, "kind", "result", "source", "checked_on")(many=True)

    @shown(DifferenceShape(many=True))
    def differences(self, certificate: Certificate) -> Any:
        return differences(certificate, self.actor)
