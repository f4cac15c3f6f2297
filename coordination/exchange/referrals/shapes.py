"""Referrals."""

from typing import Any

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape, shown
from agencies.people.shapes import AgencyShape, ModelShape

from .access import reads_package
from .models import Referral
from .presentation import shown as shown_to


class ReferralShape(ModelShape):
    """The envelope. The title only for readers of the package, since it may disclose the letter's contents."""

    holder = AgencyShape()
    offence = serializers.SlugRelatedField("code", allow_null=True, **READ_ONLY)

    @shown(serializers.CharField())
    def title(self, referral: Referral) -> str:
        return referral.title if reads_package(referral, self.actor) else ""


class ReferralDetail(ActorShape):
    """Limited to the reader's `sight`; other fields are absent."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    sight = serializers.ChoiceField(choices=["envelope", "package", "full"])
    kind = serializers.ChoiceField(choices=Referral.Kind.choices)
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=Referral.State.choices)
    sender = serializers.CharField()
    receiver = serializers.CharField()
    holder = serializers.CharField()
    offence = serializers.CharField()

    def to_representation(self, referral: Any) -> dict[str, Any]:
        return shown_to(referral, self.actor)
