"""Certificates in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import Certificate

S = Certificate.State


class OpenCertificates(OpenItems):
    related = ("agency", "exporter", "handler")
    awaited = {
        S.VALID: _("a new certificate at %(agency)s"),
        S.DOUBTFUL: _("the check of the certificate by %(agency)s"),
    }

    def line(self, thing: Certificate, actor: Actor, now: datetime) -> WorklistLine:
        if thing.state == S.DOUBTFUL:
            line = line_of(
                thing, actor, what=str(thing), note=thing.exporter.name, why=_("The certificate is doubtful.")
            )
            return replace(line, due_at=None, breach_at=None)
        why = _("The certificate expires soon: ask for a new one, or note that none is needed.")
        return line_of(thing, actor, what=str(thing), note=thing.exporter.name, why=why)
