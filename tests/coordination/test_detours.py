"""Forbidden actions stay forbidden after detours: handing over, leaving a team, a deputy, a password reset …

Each row of MAY_NOT is an action that the tables forbid a person; each row of DETOURS is an attempt to circumvent that.
Every pair is tested in process; a sample of them on pages and over the API.
"""

from collections.abc import Iterator
from datetime import timedelta
from types import FunctionType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import Http404
from django.urls import reverse

from agencies.confirmations import actions as confirmation_actions
from agencies.confirmations import enrolling
from agencies.confirmations.access import may_confirm
from agencies.confirmations.models import Confirmation
from agencies.duty.actions import enter_absence
from agencies.journal.involvement import involved_in
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.errors import ActionError, Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.work import atomic
from agencies.kernel.workflow import Transition
from agencies.organisations.models import Agency
from agencies.people.actions import create_person, switch_person
from agencies.people.deciding import is_of_office
from agencies.people.models import OfficeHolder, User
from agencies.people.sight import actor_for
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.corrections.actions import propose_correction
from coordination.workspace.reassignment import hand_over_all
from tests import stories

from .may_not import MAY_NOT, acting_head, own_report, peers_of
from .prohibitions import MayNot

OWN = "a long one of my own"
REFUSED = (Forbidden, TransitionRefused, Http404)


# Detours ------------------------------------------------------------------------------------------------------------
def handing_over(cast: Any, row: MayNot, thing: Any) -> None:
    person, peers = cast.user(row.who), peers_of(row.who)
    for by in (row.who, *peers.chiefs):
        try:
            hand_over_all(person, actor=cast[by], to=cast.user(peers.colleague_of(row.who)), reason="moves on")
        except ActionError:
            continue


def handing_over_to_them(cast: Any, row: MayNot, thing: Any) -> None:
    peers = peers_of(row.who)
    for whose in peers.officers:
        if whose != row.who:
            hand_over_all(cast.user(whose), actor=cast[peers.head], to=cast.user(row.who), reason="moves on")


def leaving_the_team(cast: Any, row: MayNot, thing: Any) -> None:
    """As if every column that names the person had been emptied: the journal still names them."""
    for held in (thing, getattr(thing, "proceeding", None)):
        if hasattr(held, "team"):
            held.team.clear()
            type(held).objects.filter(pk=held.pk).update(handler=None)
        if hasattr(held, "drafter_id") and held.drafter_id and resource_of(held).name != "confidential-letters":
            type(held).objects.filter(pk=held.pk).update(drafter=None)


def a_deputy(cast: Any, row: MayNot, thing: Any) -> None:
    """The person is the deputy of all who may."""
    today = times.today()
    for whose in dict.fromkeys(peers_of(row.who).chiefs):
        if whose != row.who:
            enter_absence(
                cast.user(whose), actor=cast[whose], since=today, until=today + timedelta(days=3),
                deputy=cast.user(row.who),
            )  # fmt: skip


def a_reset(cast: Any, row: MayNot, thing: Any) -> None:
    """With a new password it is still the same person."""
    peers = peers_of(row.who)
    starter = peers.admin if row.who != peers.admin and not cast[row.who].offices else "secadmin"
    asked, link = enrolling.start(cast.user(row.who), actor=cast[starter], reason="forgot it")
    second = next(one for one in (*peers.chiefs[::-1], peers.admin) if one not in (row.who, starter))
    perform_verb(RESOURCES["confirmations"], cast[second], asked, "confirm", {})
    asked.refresh_from_db()
    enrolling.finish(link, code=enrolling.draw_code(asked, actor=cast[second]), password=OWN, address="")


def disabling_and_enabling(cast: Any, row: MayNot, thing: Any) -> None:
    for active in (False, True):
        switch_person(cast.user(row.who), actor=cast["sysadmin"], active=active, reason="to and fro")


def disabling_the_others(cast: Any, row: MayNot, thing: Any) -> None:
    """No one else is left at the agencies concerned, so the action would be recorded for them or fall to the person."""
    for person in User.objects.filter(agency__code__in=["GACC", "GACC_ASB"], is_active=True):
        if person.pk != cast.user(row.who).pk:
            switch_person(person, actor=cast["sysadmin"], active=False, reason="reorganisation")


def a_correction(cast: Any, row: MayNot, thing: Any) -> None:
    """Events that involve the person are annulled as far as possible."""
    kind = resource_of(thing).kind
    for event in Event.objects.filter(object_kind=kind, object_id=thing.pk, actor_id=cast[row.who].id):
        try:
            proposer = peers_of(row.who).officers[0]
            made = propose_correction(event, actor=cast[proposer], kind="annul", paper="x", reason="a slip")
            perform_verb(RESOURCES["corrections"], cast[peers_of(row.who).head], made, "confirm", {})
        except ActionError:
            continue


def rights_by_one(cast: Any, row: MayNot, thing: Any) -> None:
    """One administrator, with the person, requests the missing role or office and tries to confirm it."""
    person = cast.user(row.who)
    changes: list[tuple[str, dict[str, Any]]] = [
        *(("grant_role", {"role": role, "unit": person.agency}) for role in ("officer", "lead", "supervisor")),
        *(("grant_office", {"post": post}) for post in ("main", "acting", "deputy")),
    ]
    for by in {peers_of(row.who).admin, "secadmin"} - {row.who}:
        for operation, given in changes:
            try:
                asked = confirmation_actions.request_rights(person, operation, actor=cast[by], document="x", **given)
            except ActionError:
                continue
            for second in (by, row.who):
                with pytest.raises(REFUSED):
                    perform_verb(RESOURCES["confirmations"], cast[second], asked, "confirm", {})


def recording_on_behalf(cast: Any, row: MayNot, thing: Any) -> None:
    """Two people declare that the agencies concerned no longer sign in; their actions are recorded from papers."""
    for code, second in (("GACC_ASB", "antismuggling.head"), ("GACC", "customs.head")):
        if row.name == "own request" and code == "GACC":
            continue
        asked = confirmation_actions.declare_sign_in(
            Agency.objects.get(code=code), actor=cast["sysadmin"], signs_in=False, paper="x", starts_on=times.today()
        )
        perform_verb(RESOURCES["confirmations"], cast[second], asked, "confirm", {})


DETOURS = [
    handing_over, handing_over_to_them, leaving_the_team, a_deputy, a_reset, disabling_and_enabling,
    disabling_the_others, a_correction, rights_by_one, recording_on_behalf,
]  # fmt: skip


def perform(cast: Any, row: MayNot, thing: Any) -> None:
    resource = resource_of(thing)
    actor = actor_for(cast.user(row.who))
    perform_verb(resource, actor, resource.find(actor, thing.pk), row.verb, dict(row.given), strict=True)


def refuses(row: MayNot, cast: Any, thing: Any) -> set[str]:
    """The code of the condition that this row is about, so that it is not refused for another reason."""
    if row.need is None:
        return set()
    missing = row.need(resource_of(thing).model.objects.get(pk=thing.pk), cast[row.who])
    assert missing is not None
    return {missing.code}


@pytest.mark.slow
@pytest.mark.parametrize("row", MAY_NOT, ids=lambda row: row.name)
def test_no_detour_leads_to_a_forbidden_action(cast: Any, row: MayNot) -> None:
    """One story for each row: pages and API refuse it, and the detours are tried one after the other, each rolled
    back."""
    thing = row.make(cast)
    with pytest.raises(REFUSED) as no:
        perform(cast, row, thing)
    assert refuses(row, cast, thing) <= {missing.code for missing in getattr(no.value, "missing", [])}
    resource = resource_of(thing).name
    page = cast.browser(row.who).post(reverse("verb", args=[resource, thing.pk, row.verb]), row.given)
    second = cast.browser(row.who)  # another client, signed in at the same time
    answer = second.post(f"/api/v1/{resource}/{thing.pk}/{row.verb}/", row.given, content_type="application/json")
    assert page.status_code in (403, 404, 409)
    assert answer.status_code == page.status_code
    led = []
    for detour in DETOURS:
        if detour.__name__ in row.without:
            continue
        with atomic():
            cast.clear()
            detour(cast, row, thing)
            cast.clear()
            try:
                perform(cast, row, thing)
            except REFUSED:
                pass
            else:
                led.append(detour.__name__)
            transaction.set_rollback(True)
    assert led == []


# The class is complete ------------------------------------------------------------------------------------------------
# What a condition asks if it depends on who took part.
ASKS_WHO = {"bars", "is_involved", "involved_in", "_acted", "refused_it", "levels"}
# Of a confidential letter: its form offers no author as decider (test_authors_and_team_members_do_not_decide).
ELSEWHERE = {"coordination.exchange.confidential.workflow.not_its_author"}
# Actions of an office that those who took part may perform, with the reason.
LETTERS = ("instruction", "designation", "taking up")
OPEN_TO_ALL_HOLDERS = {
    **{(letter, "send_back"): "returns a draft and decides nothing" for letter in LETTERS},
    **{(letter, "set_due"): "changes the deadline of a letter that another person issued" for letter in LETTERS},
    **{(letter, "recall"): "ends a letter that another person issued" for letter in LETTERS},
    ("suspension notice", "send_back"): "returns a draft and decides nothing",
    ("suspension notice", "revoke"): "ends a notice that another person issued",
    ("demand for transfer", "recall"): "ends a letter that another person sent",
    ("demand for transfer", "give_reasons"): "the answer of the head, which no person drafted before",
    ("stop notice", "send_back"): "returns a draft and decides nothing",
    ("stop notice", "lift"): "ends a notice that another person drafted and the office approved",
    ("stop notice", "withdraw"): "ends a notice that another person drafted and the office approved",
    ("opinion", "take_back"): "returns an opinion to its beginning and decides nothing",
}


# Rules of an office without the mark, with the reason.
UNMARKED = {
    "decider_of_proposal": "asks who decides now; a returned proposal is submitted again, not corrected",
    "issuer": "of bulletins, which a coordinator issues too and which are replaced, not corrected",
    "filer": "records the opening of a proceeding, which has no transition to correct",
    "named_office_holder": "of confidential letters, whose records are not corrected",
}


def lines() -> Iterator[tuple[str, str, Transition]]:
    for resource in RESOURCES.values():
        for table in resource.workflows:
            yield from ((table.name, verb, line) for verb, line in table.transitions.items())


def depends_on_who_took_part(need: Any, calls: int = 2) -> bool:
    """Whether the function asks that itself, or one that it calls does."""
    names = need.__code__.co_names
    called = [need.__globals__[name] for name in names if isinstance(need.__globals__.get(name), FunctionType)]
    return bool(ASKS_WHO & set(names)) or (
        calls > 0 and any(depends_on_who_took_part(one, calls - 1) for one in called)
    )


def test_each_condition_about_who_took_part_has_a_row() -> None:
    asked = {need for _table, _verb, line in lines() for need in line.needs if depends_on_who_took_part(need)}
    rows = {row.need for row in MAY_NOT}
    assert {f"{need.__module__}.{need.__name__}" for need in asked - rows} == ELSEWHERE


def test_each_decision_of_an_office_is_barred_to_those_who_took_part_or_named_here() -> None:
    open_ones = {
        (table, verb)
        for table, verb, line in lines()
        if is_of_office(line.by) and not any(map(depends_on_who_took_part, line.needs))
    }
    assert open_ones == set(OPEN_TO_ALL_HOLDERS)


def test_each_rule_of_an_office_is_marked_so_that_a_correction_needs_its_holder() -> None:
    """Preparers are those who do not hold it."""
    unmarked = {
        line.by.__name__
        for _table, _verb, line in lines()
        if {"holds_office", "is_responsible"} & set(line.by.__code__.co_names)
        and not (is_of_office(line.by) or line.by.__name__.endswith("_preparer"))
    }
    assert unmarked == set(UNMARKED)


@pytest.mark.parametrize("kind", set(Confirmation.Kind) - {Confirmation.Kind.PREPARED})  # signed by one named officer
def test_a_confirmation_of_any_kind_is_given_by_neither_its_requester_nor_the_owner(cast: Any, kind: str) -> None:
    people = ("customs.officer", "customs.head", "customs.admin", "sysadmin", "centre.coordinator", "centre.supervisor")
    eligible = 0
    for who in people:
        actor = cast[who]
        asked = Confirmation(kind=kind, confirmer_agency_id=actor.agency_id, requester_id=uuid4(), person_id=uuid4())
        eligible += may_confirm(actor, asked)
        for column in ("requester_id", "person_id"):
            own = Confirmation(kind=kind, confirmer_agency_id=actor.agency_id, **{column: UUID(actor.id)})
            assert not may_confirm(actor, own), (who, column)
    assert eligible


def test_one_person_gets_no_second_account_at_their_agency(cast: Any) -> None:
    agency = Agency.objects.get(code="GACC")
    data = {"actor": cast["customs.admin"], "agency": agency, "name_zh": "某", "staff_number": "A-1"}
    create_person(username="one", **data)
    with pytest.raises(Invalid):
        create_person(username="two", **data)


def test_an_administrator_alone_appoints_no_head_and_the_row_of_an_ended_office_remains(cast: Any) -> None:
    """Once, an acting head was made, approved a transfer and was ended on the same day, and the row was deleted."""
    transfer = stories.transfer(cast, "HEAD_DECISION")
    asked = stories.rights_requested(cast, "customs.legal", "grant_office", "secadmin", post="acting", document="none")
    browser = cast.browser("secadmin")
    assert browser.post(reverse("verb", args=["confirmations", asked.pk, "confirm"])).status_code == 403
    address = f"/api/v1/confirmations/{asked.pk}/confirm/"
    assert browser.post(address, {"version": asked.version}, content_type="application/json").status_code == 403
    with pytest.raises(Forbidden):
        perform_verb(RESOURCES["referrals"], actor_for(cast.user("customs.legal")), transfer, "approve", {})
    perform_verb(RESOURCES["confirmations"], cast["customs.head"], asked, "confirm", {})
    held = OfficeHolder.objects.get(user__username="customs.legal")
    stories.rights_changed(cast, "customs.legal", "end_office", "secadmin", held=held.pk)
    held.refresh_from_db()
    assert held.ended_at is not None
    assert held.confirmed_by == cast.user("customs.head")


def test_an_invented_colleague_gets_no_rights_from_an_administrator(cast: Any) -> None:
    """Once, an account with an invented staff number got officer, lead and administrator from one person."""
    agency = Agency.objects.get(code="GACC")
    create_person(
        actor=cast["customs.admin"], agency=agency, username="ghost", staff_number="A-99", name_zh="某", name_en="Ghost"
    )
    ghost = cast.user("gacc.ghost")
    for role in ("officer", "lead", "agency_admin"):
        asked = stories.rights_requested(cast, "gacc.ghost", "grant_role", role=role, unit=agency)
        for who in ("customs.admin", "customs.lead", "secadmin", "sysadmin"):
            with pytest.raises(Forbidden):
                perform_verb(RESOURCES["confirmations"], cast[who], asked, "confirm", {})
    started, _link = enrolling.start(ghost, actor=cast["customs.admin"], reason="first sign-in")
    shown = cast.browser("customs.lead").get(reverse("confirmation", args=[started.pk])).content.decode()
    assert "No role: the person can sign in but sees no content." in shown
    assert not actor_for(ghost).roles


def test_disabling_the_head_leaves_no_agency_without_a_responsible_person_to_those_who_did_it(cast: Any) -> None:
    for by, second in (("sysadmin", "sysadmin"), ("customs.admin", "sysadmin")):
        with atomic():
            switch_person(cast.user("customs.head"), actor=cast[by], active=False, reason="in the way")
            asked = stories.rights_requested(
                cast, "customs.officer", "grant_role", by if by != "sysadmin" else "customs.admin",
                role="lead", unit=Agency.objects.get(code="GACC"), document="x",
            )  # fmt: skip
            with pytest.raises(TransitionRefused) as no:
                perform_verb(RESOURCES["confirmations"], cast[second], asked, "confirm", {})
            assert [missing.code for missing in no.value.missing] == ["disabled_holder"], by
            transaction.set_rollback(True)


def test_the_whole_detour_of_a_head_who_drafts_and_approves(cast: Any) -> None:
    """Step by step: the head drafts, hands over to the lead, an officer submits, the head approves."""
    made = own_report(cast)
    head, lead = cast.user("customs.head"), cast.user("customs.lead")
    hand_over_all(head, actor=cast["customs.head"], to=lead, reason="moves on")
    made.refresh_from_db()
    with pytest.raises(TransitionRefused) as no:
        perform_verb(RESOURCES["referrals"], cast["customs.head"], made, "approve", {})
    assert [missing.code for missing in no.value.missing] == ["own_report"]
    perform_verb(RESOURCES["referrals"], actor_for(cast.user("customs.legal")), made, "approve", stories.ON_PAPER)
    assert made.state == "APPROVED"


def test_returning_remarks_and_refusing_bar_no_one(cast: Any) -> None:
    line = stories.reviewed(cast)
    stories.walk(cast, line, [("send_back", "customs.head", {"reason": "Weigh it again"})])
    assert not involved_in(decision=line.pk).filter(person_id=cast["customs.head"].id).exists()


def test_the_page_names_the_alternative_before_barring_the_only_decider(cast: Any) -> None:
    made = stories.transfer(cast)
    page = cast.browser("customs.head").get(reverse("verb", args=["referrals", made.pk, "edit"])).content.decode()
    assert "The office has no other holder" in page
    acting_head(cast)
    page = cast.browser("customs.head").get(reverse("verb", args=["referrals", made.pk, "edit"])).content.decode()
    assert "署人发〔2026〕1号" in page
    page = cast.browser("customs.officer").get(reverse("verb", args=["referrals", made.pk, "edit"])).content.decode()
    assert "You hold the office" not in page


def test_the_page_warns_the_chief_procurator_before_writing_a_demand(cast: Any) -> None:
    made = stories.demand(cast)
    chief = cast.browser("procurator.head")
    for address in (("cases", made.case_id, "demand_transfer"), ("referrals", made.pk, "edit")):
        assert "The office has no other holder" in chief.get(reverse("verb", args=address)).content.decode(), address


def test_teams_and_hands_are_all_named_in_the_journal(cast: Any) -> None:
    """Every present team member is named in the journal, however they joined."""
    for made in (stories.transfer(cast, "ACCEPTED"), stories.conversion(cast), stories.proceeding(cast, "INVESTIGATE")):
        made.refresh_from_db()
        kind = resource_of(made).kind
        named = set(involved_in(**{kind: made.pk}).values_list("person_id", flat=True))
        people = {one.pk for one in made.team.all()} | {made.handler_id} | {getattr(made, "drafter_id", None)}
        assert people - {None} <= named
