"""Finds the person of a session."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from .models import User
from .sight import with_rights


class Backend(ModelBackend):
    """Reads the person together with their rights of this request, see `agencies.people.sight`."""

    def get_user(self, user_id: Any) -> User | None:
        person = with_rights(user_id)
        return person if person and self.user_can_authenticate(person) else None
