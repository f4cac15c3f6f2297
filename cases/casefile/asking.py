"""Asking a colleague for a step: a link to the form of a note, and its text, which names them and the step."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.resource import RESOURCE_OF_KIND

from .models import Case

SIGN_IN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}", re.IGNORECASE)
MOST = 5  # people named in one note
ABOUT = ("proceeding", "referral", "task")  # kinds that a note can be about


def asking_url(case: UUID, kind: str, pk: UUID, verb: str, people: list[str]) -> str:
    """The form of a note that asks these people, by sign-in name, for the step."""
    about = {"about": f"{kind}:{pk}"} if kind in ABOUT else {}
    query = {"audience": "agency", **about, "step": f"{kind}:{verb}", "whom": ",".join(people[:MOST])}
    return f"{reverse('verb', args=['cases', case, 'write_note'])}?{urlencode(query)}"


def asked_text(case: Case, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """The text for such a link. It holds only the button of a known step and sign-in names, no text of the link."""
    kind, _colon, verb = str(asked.get("step", "")).partition(":")
    people = [name for name in str(asked.get("whom", "")).split(",") if SIGN_IN_NAME.fullmatch(name)][:MOST]
    tables = RESOURCE_OF_KIND[kind].workflows if kind in RESOURCE_OF_KIND else ()
    button = next((table.labels[verb].button for table in tables if verb in table.labels), None)
    if button is None or not people:
        return {}
    names = " ".join(f"@{name}" for name in people)
    return {"text": _("%(names)s Please take this step: %(step)s") % {"names": names, "step": button}}
