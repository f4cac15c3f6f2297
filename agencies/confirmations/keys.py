"""Keys of systems, requested by the administrator of an agency and confirmed by a second person.

The secret is made when the requester takes the confirmed key, so it is shown to one person, once, and never stored.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.machines.access import may_manage_keys
from agencies.machines.actions import IssuedKey, issue_key, limit_key, new_limits
from agencies.machines.limits import KeyLimits, check_limits
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency

from .access import may_take_key
from .actions import complete, request_confirmation
from .models import Confirmation

K = Confirmation.Kind


def request_key(agency: Agency, name: str, limits: Mapping[str, Any], *, actor: Actor, reason: str) -> Confirmation:
    """Requests a key for the system `name` of the agency. `limits` are the keyword arguments of `new_limits`.

    Raises Forbidden, Invalid, and TransitionRefused (two valid keys, no second person, requested already).
    """
    require_administrator(actor, agency.pk)
    with atomic():
        _client, wanted = new_limits(name, agency, **limits)
        return _request("create_key", agency, {"name": name, **wanted.as_answers}, {}, actor=actor, reason=reason)


def change_limits(key: ApiKey, limits: KeyLimits, *, actor: Actor, reason: str) -> list[Confirmation]:
    """Limits a key further at once, or requests wider limits and returns the request. Raises what both raise."""
    require_administrator(actor, key.client.agency_id)
    before = KeyLimits.of(key)
    if limits.is_within(before):
        limit_key(key, limits, actor=actor, reason=reason)
        return []
    check_limits(limits, key.client.agency, key.client)
    answers = {"name": key.client.name, "key": key.prefix, **limits.as_answers}
    return [_request("widen_key", key.client.agency, answers, before.as_answers, actor=actor, reason=reason)]


def take_key(confirmation: Confirmation, *, actor: Actor) -> IssuedKey:
    """Makes the confirmed key and returns it, once, to the person who requested it.

    Raises Forbidden, and TransitionRefused for a request that is not confirmed, has expired, or was taken.
    """
    if not may_take_key(actor, confirmation):
        raise Forbidden(_("Only the person who requested the key may take it."))
    require_administrator(actor, confirmation.agency_id)
    with atomic():
        found = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
        if found.state != Confirmation.State.CONFIRMED or found.has_expired:
            detail = _("There is no key to take: it was already shown, has expired, or is not confirmed yet.")
            raise TransitionRefused.because("key", detail)
        asked = KeyLimits.from_answers(found.answers)
        client, limits = new_limits(
            found.answers["name"],
            found.agency,
            asked.scopes,
            sources=() if asked.is_test else asked.sources,
            networks=asked.networks,
            expires_at=asked.expires_at,
            is_test=asked.is_test,
        )
        issued = issue_key(client, limits, actor=actor)
        complete(found)
        return issued


def facts(confirmation: Confirmation) -> list[tuple[Text, str, str]]:
    """Label, present and requested value of each limit."""
    before, now = _words(confirmation.before), _words(confirmation.answers)
    return [(label, before.get(label, ""), value) for label, value in now.items()]


def _words(answers: Mapping[str, str]) -> dict[Text, str]:
    if not answers:
        return {}
    limits = KeyLimits.from_answers(answers)
    named: dict[Text, str] = {_("System"): answers["name"]} if "name" in answers else {}
    key: dict[Text, str] = {_("Key"): f"{answers['key']}…"} if "key" in answers else {}
    return {
        **named,
        **key,
        _("Scopes"): _(", ").join(f"{one} ({ApiKey.Scope(one).label})" for one in sorted(limits.scopes)),
        _("Source systems"): _("sandbox") if limits.is_test else _(", ").join(sorted(limits.sources)),
        _("Networks"): _(", ").join(limits.networks) or _("any network"),
        _("Last day"): answers["last_day"] or _("no end date"),
        **({_("Use"): _("tests: nothing that it sends is stored")} if limits.is_test else {}),
    }


def _request(
    verb: str, agency: Agency, answers: dict[str, str], before: dict[str, str], *, actor: Actor, reason: str
) -> Confirmation:
    if Confirmation.objects.open().filter(kind=K.KEY, agency=agency, verb=verb, answers=answers).exists():
        raise TransitionRefused.because("open", _("A confirmation of this has already been requested."))
    return request_confirmation(
        K.KEY, actor=actor, agency=agency, verb=verb, answers=answers, before=before, reason=reason
    )


def require_administrator(actor: Actor, agency_id: int) -> None:
    """Raises Forbidden for others. Callers check it before they read input."""
    if not may_manage_keys(actor, agency_id):
        raise Forbidden(_("Keys are requested by the administrator of their agency."))
