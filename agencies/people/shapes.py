"""Agencies and people in the answers of the API."""

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY
from agencies.organisations.models import Agency

from .models import User


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
