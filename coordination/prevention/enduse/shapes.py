"""Findings of military end use over JSON."""

from typing import Any

from rest_framework.serializers import BooleanField, CharField

from agencies.kernel.shapes import Shape, shown
from agencies.people.shapes import fields_of
from cases.casefile.shapes import OfCaseShape

from .models import EndUseFinding, FactAnswer
from .page import facts_of


class EndUseFactShape(Shape):
    """One fact of the list. `proves`: a yes shows military end use by itself. `said` is null before an answer."""

    code = CharField(source="fact.code")
    statement = CharField(source="fact.statement")
    basis = CharField(source="fact.basis")
    proves = BooleanField(source="fact.proves")
    said = fields_of(FactAnswer, "answer", "source", "file", "agency", "at")(allow_null=True)


class EndUseFindingShape(OfCaseShape):
    @shown(EndUseFactShape(many=True))
    def facts(self, finding: EndUseFinding) -> Any:
        """Every fact of the list, in its order."""
        return facts_of(finding)
