"""Names of people as search texts. A person is named to their own agency only."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.search_parts import Phrase

from .models import User


def handler_phrase(person: User | None, agency_id: int) -> Phrase:
    """The handler at this agency by name in both languages; an empty text without one."""
    name = f"{person.name_zh} {person.name_en}" if person else ""
    return Phrase(_("Handler"), name, "name", agency_id=agency_id)
