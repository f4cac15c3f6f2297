"""Common parts of the shapes of all resources."""

from functools import cached_property
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.custody.models import GoodsLot
from cases.intake.models import Lead
from cases.papers.models import IncomingPaper, Paper
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.tasks.models import Task

Shape = serializers.Serializer
READ_ONLY: dict[str, Any] = {"read_only": True}


class ActorShape(Shape[Any]):
    """Base of shapes that show less to some readers."""

    @property
    def actor(self) -> Actor:
        actor: Actor = self.context["actor"]
        return actor


class AgencyShape(serializers.ModelSerializer[Agency]):
    name = serializers.CharField(**READ_ONLY)

    class Meta:
        model = Agency
        fields = ["code", "name"]


class PersonShape(serializers.ModelSerializer[User]):
    """Handlers are named to the other agencies on a matter, so that they can call."""

    name = serializers.CharField(**READ_ONLY)
    desk = serializers.CharField(**READ_ONLY)

    class Meta:
        model = User
        fields = ["name", "phone", "desk"]


class CaseRef(serializers.ModelSerializer[Case]):
    class Meta:
        model = Case
        fields = ["id", "number"]


class OfCaseShape(ActorShape):
    """Base of shapes of objects that may be visible without their case, which is then null: the receiver of a transfer
    has its task before they may know the case, and an open lead may have become a restricted case."""

    case = serializers.SerializerMethodField()

    @extend_schema_field(CaseRef(allow_null=True))
    def get_case(
        self,
        thing: Lead
        | Task
        | Clock
        | IncomingPaper
        | GoodsLot
        | Paper
        | ConfidentialLetter
        | Instruction
        | Opinion
        | OpinionRound,
    ) -> Any:
        return CaseRef(thing.case).data if thing.case_id in self._cases_in_sight else None

    @cached_property
    def _cases_in_sight(self) -> set[UUID | None]:
        """The visible cases of all rows of the answer, in one query."""
        shown: Any = self.root.instance
        ids = {thing.case_id for thing in (shown if isinstance(shown, list) else [shown])}
        return set(Case.objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))


class VerbShape(Shape[Any]):
    """An action open to the caller now. Performing it may still report unmet conditions."""

    verb = serializers.CharField()
    words = serializers.CharField()
    url = serializers.CharField()


class DetailShape(Shape[Any]):
    """Common additions to an object's own fields."""

    verbs = VerbShape(many=True)
    links = serializers.DictField(child=serializers.CharField())
