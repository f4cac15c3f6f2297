"""Actions on versions of an agency's routing rules. A published version is never edited but replaced."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.models import User

from .choices import PRIORITY_VALUES
from .models import RoutingRule, RuleSet
from .spreadsheet import AMOUNTS, DAYS, LISTS, PLAIN, RuleCodes, RuleRow, places_in, read_rows, rows_of


def draft_rule_set(*, actor: Actor) -> RuleSet:
    """Drafts a version from the one in force or announced. An agency has one draft at a time."""
    if not actor.leads(actor.agency_id):
        raise Forbidden(_("Routing rules are written by the unit leads and the responsible person of the agency."))
    with atomic():
        agency = Agency.objects.select_for_update(no_key=True).get(pk=actor.own_agency)
        versions = RuleSet.objects.filter(agency=agency)
        if draft := versions.filter(state=RuleSet.State.DRAFT).first():
            detail = _("The draft %(code)s is not published yet. Continue with that draft.") % {"code": draft.code}
            raise TransitionRefused.because("draft", detail)
        number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
        made = RuleSet.objects.create(
            agency=agency, number=number, code=f"{agency.code}-{number}", state_since=times.now()
        )
        if last := versions.published().order_by("-starts_at", "-number").first():
            _write(made, rows_of(last))
        record_event(
            agency_stream(agency),
            actor=actor,
            action=Action("draft", "rule_set", made.pk, to_state=made.state, data={"code": made.code}),
            audience=Audience(Event.Visibility.OWN),
        )
        return made


def transition_rule_set(rule_set: RuleSet, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[RuleSet]:
    return apply_transition(
        rule_set,
        verb,
        actor=actor,
        streams=[agency_stream(rule_set.agency)],
        **given,
    )


def add_rule(rule_set: RuleSet, *, actor: Actor, **given: Any) -> TransitionResult[RuleSet]:
    common = {name: given.pop(name) for name in COMMON if name in given}
    row = _row(given)
    with atomic():
        applied = transition_rule_set(rule_set, "add_rule", actor=actor, **given, **common)
        _refuse_wrong(rule_set, row)
        _write(rule_set, [row])
        return applied


def edit_rule(rule_set: RuleSet, *, actor: Actor, rule: str, **given: Any) -> TransitionResult[RuleSet]:
    """Replaces the whole rule, and may move it. A condition that is not given means any."""
    common = {name: given.pop(name) for name in COMMON if name in given}
    row = _row(given)
    with atomic():
        applied = transition_rule_set(rule_set, "edit_rule", actor=actor, rule=rule, **given, **common)
        _take_out(rule_set, rule)
        _refuse_wrong(rule_set, row)
        _write(rule_set, [row])
        return applied


def _refuse_wrong(rule_set: RuleSet, row: RuleRow) -> None:
    errors = list(RuleCodes(rule_set).wrong_in(row))
    if rule_set.rules.filter(tier=row.tier, position=row.position).exists():
        detail = _("%(place)s is used by another rule.") % {"place": f"{row.tier}.{row.position}"}
        errors.append(FieldError("/position", "taken", detail))
    if errors:
        raise Invalid(errors)


COMMON = ("happened_at", "paper", "version", "reason")


def _row(given: dict[str, Any]) -> RuleRow:
    data: dict[str, Any] = {name: given.get(name) for name in (*AMOUNTS, *DAYS)}
    destinations = places_in(given.get("destinations") or "")
    listed: dict[str, Any] = {name: tuple(sorted(given.get(name) or ())) for name in LISTS if name != "destinations"}
    return RuleRow(
        tier=given["tier"],
        position=given["position"],
        unit=given["unit"],
        mode=given["mode"],
        priority=given["priority"],
        verdict_from=given.get("verdict_from") or "",
        note=given.get("note", ""),
        destinations=destinations,
        **data,
        **listed,
    )


def remove_rule(rule_set: RuleSet, *, actor: Actor, rule: str, **common: Any) -> TransitionResult[RuleSet]:
    with atomic():
        applied = transition_rule_set(rule_set, "remove_rule", actor=actor, rule=rule, **common)
        _take_out(rule_set, rule)
        return applied


def _take_out(rule_set: RuleSet, rule: str) -> None:
    tier, _dot, position = rule.partition(".")
    if not rule_set.rules.filter(tier=tier, position=position).delete()[0]:
        raise Invalid.field("rule", "choice", _("There is no such rule in this version."))


def import_rules(rule_set: RuleSet, *, actor: Actor, rows: str, **common: Any) -> TransitionResult[RuleSet]:
    """Replaces all rules of the draft from CSV text; all or none."""
    with atomic():
        read = read_rows(rows, rule_set)
        # The journal keeps only the number of rows; the version keeps the content.
        applied = transition_rule_set(rule_set, "import_rules", actor=actor, rows=str(len(read)), **common)
        rule_set.rules.all().delete()
        _write(rule_set, read)
        return applied


def publish(
    rule_set: RuleSet, *, actor: Actor, starts_at: datetime | None = None, **common: Any
) -> TransitionResult[RuleSet]:
    """Puts the version in force from `starts_at`, which ends the previous one. The row of the agency serialises
    concurrent calls."""
    with atomic():
        Agency.objects.select_for_update(no_key=True).get(pk=rule_set.agency_id)
        now = times.now()
        start = starts_at or now
        if start < now:
            raise Invalid.field(
                "starts_at", "past", _("Work that has arrived is already assigned: enter a later time.")
            )
        later = RuleSet.objects.published().filter(agency=rule_set.agency_id, starts_at__gte=start).first()
        if later is not None:
            detail = _("The version %(code)s takes effect later. Withdraw it first, or choose a later time.")
            raise Invalid.field("starts_at", "order", detail % {"code": later.code})
        data = {"code": rule_set.code, "starts_at": start.isoformat()}
        return transition_rule_set(
            rule_set, "publish", actor=actor, changes={"starts_at": start}, event_data=data, **common
        )


def _write(rule_set: RuleSet, rows: Iterable[RuleRow]) -> None:
    """Writes checked rows: every code exists."""
    listed = list(rows)
    units = Agency.objects.in_bulk({row.unit for row in listed}, field_name="code")
    people = User.objects.in_bulk({name for row in listed for name in row.officers}, field_name="username")
    for row in listed:
        columns = {name: list(getattr(row, name)) for name in LISTS if name != "officers"}
        columns |= {name: getattr(row, name) for name in (*AMOUNTS, *DAYS, *PLAIN)}
        rule = RoutingRule.objects.create(
            rule_set=rule_set, unit=units[row.unit], priority=PRIORITY_VALUES[row.priority], **columns
        )
        rule.officers.set(people[name] for name in row.officers)


def _plain(verb: str) -> Any:
    def act(rule_set: RuleSet, *, actor: Actor, **given: Any) -> TransitionResult[RuleSet]:
        return transition_rule_set(rule_set, verb, actor=actor, **given)

    return act


ACTIONS: ActionTable = {
    "add_rule": add_rule,
    "edit_rule": edit_rule,
    "remove_rule": remove_rule,
    "import_rules": import_rules,
    "publish": publish,
    "withdraw": _plain("withdraw"),
}
