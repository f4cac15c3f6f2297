"""Referrals."""

from typing import Any

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape
from agencies.people.shapes import AgencyShape

from .access import reads_package
from .models import Referral
from .presentation import shown


class ReferralRow(ActorShape, serializers.ModelSerializer[Referral]):
    """The envelope. The title only for readers of the package, since it may disclose the letter's contents."""

    sender = AgencyShape()
    receiver = AgencyShape()
    holder = AgencyShape()
    offence = serializers.SlugRelatedField("code", **READ_ONLY)
    title = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = [
            *("id", "version", "kind", "number", "state", "state_since", "sender", "receiver", "holder", "offence"),
            *("title", "delivered_at", "due_at", "breach_at", "updated_at"),
        ]

    def get_title(self, referral: Referral) -> str:
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
        return shown(referral, self.actor)
