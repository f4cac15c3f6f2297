"""What waits for a second person."""

from rest_framework import serializers

from agencies.confirmations.models import Confirmation

from .parts import READ_ONLY


class ConfirmationShape(serializers.ModelSerializer[Confirmation]):
    """A request that takes effect once a second person has confirmed it; no secret is ever part of it."""

    organ = serializers.CharField(source="organ.code", **READ_ONLY)
    confirmer_organ = serializers.CharField(source="confirmer_organ.code", **READ_ONLY)
    requester = serializers.UUIDField(source="requester_id", allow_null=True, **READ_ONLY)
    confirmer = serializers.UUIDField(source="confirmer_id", allow_null=True, **READ_ONLY)
    person = serializers.UUIDField(source="person_id", allow_null=True, **READ_ONLY)

    class Meta:
        model = Confirmation
        fields = [
            *("id", "version", "kind", "state", "state_since", "organ", "confirmer_organ", "requester", "confirmer"),
            *("person", "paper", "starts_on", "reason", "object_kind", "object_id", "verb", "answers", "expires_at"),
            *("created_at", "updated_at"),
        ]
