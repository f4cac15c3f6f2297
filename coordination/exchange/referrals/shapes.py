"""Referrals."""

from typing import Any

from rest_framework.serializers import CharField, ChoiceField, IntegerField, SlugRelatedField, UUIDField

from agencies.kernel.shapes import READ_ONLY, ActorShape, shown
from agencies.people.shapes import AgencyShape, ModelShape

from .access import reads_package
from .models import Referral
from .presentation import shown as shown_to


class ReferralShape(ModelShape):
    """The envelope. The title only for readers of the package, since it may disclose the letter's contents."""

    holder = AgencyShape()
    offence = SlugRelatedField("code", allow_null=True, **READ_ONLY)

    @shown(CharField())
    def title(self, referral: Referral) -> str:
        return referral.title if reads_package(referral, self.actor) else ""


class ReferralDetail(ActorShape):
    """Limited to the reader's `sight`; other fields are absent."""

    id = UUIDField()
    version = IntegerField()
    sight = ChoiceField(choices=["envelope", "package", "full"])
    kind = ChoiceField(choices=Referral.Kind.choices)
    number = CharField()
    state = ChoiceField(choices=Referral.State.choices)
    sender = CharField()
    receiver = CharField()
    holder = CharField()
    offence = CharField()

    def to_representation(self, referral: Any) -> dict[str, Any]:
        return shown_to(referral, self.actor)
