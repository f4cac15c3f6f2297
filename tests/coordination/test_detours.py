"""Forbidden actions stay forbidden after detours: handing over, leaving a team, a deputy, a password reset …

Each row of MAY_NOT is an action that the tables forbid a person; each row of DETOURS is an attempt to circumvent that.
Every pair is tested in process; a sample of them on pages and over the API.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404
from django.urls import reverse

from agencies.confirmations import actions as confirmation_actions
from agencies.confirmations import enrolling
from agencies.duty.actions import enter_absence
from agencies.journal.involvement import involved_in
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.errors import ActionError, Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.actions import create_person, switch_person
from agencies.people.models import OfficeHolder, User
from agencies.people.sight import actor_for
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.corrections.actions import propose_correction
from coordination.workspace.reassignment import hand_over_all
from tests import stories

OWN = "a long one of my own"
REFUSED = (Forbidden, TransitionRefused, Http404)


@dataclass(frozen=True)
class MayNot:
    """`who` may not perform `verb` with `given` on the object made by `make`."""

    name: str
    who: str
    verb: str
    make: Callable[[Any], Any]
    given: dict[str, Any]


EDIT = {"title": "Transfer", "offence": "SMUG_PROHIBITED", "receiver": "GACC_ASB"}


# Forbidden actions ---------------------------------------------------------------------------------------------------
def own_report(cast: Any) -> Any:
    """Drafted by the head, the only office holder; an acting holder makes submission possible."""
    acting_head(cast)
    data = {
        "receiver": "GACC_ASB", "offence": "SMUG_PROHIBITED", "title": "Transfer", "report": "Facts",
        "team": stories.team(cast),
    }  # fmt: skip
    made = perform_verb(RESOURCES["cases"], cast["customs.head"], stories.case(cast), "draft_transfer", data).created
    stories.walk(cast, made, [("submit", "customs.officer", {})])
    return made


def edited_report(cast: Any) -> Any:
    made = stories.transfer(cast)
    acting_head(cast)
    stories.walk(
        cast, made, [("edit", "customs.head", {**EDIT, "report": "Better facts"}), ("submit", "customs.officer", {})]
    )
    return made


def report_of_a_team_once_joined(cast: Any) -> Any:
    made = stories.transfer(cast)
    acting_head(cast)
    for team in ([*stories.team(cast), cast["customs.head"].id], stories.team(cast)):
        stories.walk(cast, made, [("edit", "customs.officer", {**EDIT, "team": team})])
    stories.walk(cast, made, [("submit", "customs.officer", {})])
    return made


def own_matter(cast: Any) -> Any:
    """The head investigated; afterwards the team was set without them."""
    inside = stories.proceeding(cast, "FILED_ADM")
    acting_head(cast)
    joined = [cast["customs.officer"].id, cast["customs.head"].id]
    stories.walk(cast, inside, [("investigate", "customs.officer", {"team": joined})])
    stories.walk(cast, inside, [("name_team", "customs.officer", {"team": stories.team(cast)})])
    return stories.reviewed(cast, inside)


def written_matter(cast: Any) -> Any:
    inside = stories.proceeding(cast, "INVESTIGATE")
    acting_head(cast)
    line = stories.noticed(cast, inside)
    stories.walk(cast, line, [("assess_transfer", "customs.head", stories.ASSESSED)])
    stories.walk(cast, line, [("waive_hearing", "customs.officer", {})])
    return line


def own_instruction(cast: Any) -> Any:
    made = stories.instruction(cast)
    stories.walk(cast, made, [("edit", "customs.head", {"receiver": "GACC_ASB", "title": "T", "text": "Mine"})])
    return made


def own_correction(cast: Any) -> Any:
    made = stories.concluded(cast)
    event = Event.objects.filter(object_id=made.pk, verb="conclude").latest("id")
    return propose_correction(event, actor=cast["customs.lead"], kind="annul", paper="x", reason="wrong")


def foreign_inside(cast: Any) -> Any:
    return stories.suspect(cast)


def chiefs_act(cast: Any) -> Any:
    return stories.proceeding(cast, "VERIFY")


def named_only(cast: Any) -> Any:
    return stories.confidential(cast, "HEAD_DECISION")


def delivered_transfer(cast: Any) -> Any:
    return stories.transfer(cast, "DELIVERED")


def received_transfer(cast: Any) -> Any:
    return stories.transfer(cast, "ACCEPTED")


def own_refusal(cast: Any) -> Any:
    """The head refused to file, and the bureau has a deputy."""
    return stories.transfer(cast, "RECONSIDERATION")


def own_proposal(cast: Any) -> Any:
    """The lead proposed to file and then became acting head."""
    made = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, made, [("propose", "antismuggling.lead", PROPOSED)])
    lead = cast.user("antismuggling.lead")
    OfficeHolder.objects.create(user=lead, agency=lead.agency, is_acting=True, document="缉人〔2026〕1号")
    return made


def explained(cast: Any) -> Any:
    return stories.supervision(cast, "EXPLAINED")


def own_request(cast: Any) -> Any:
    return confirmation_actions.declare_sign_in(
        Agency.objects.get(code="GACC"), actor=cast["customs.admin"], signs_in=False, paper="x", starts_on=times.today()
    )


FINE = {"decision_number": "沪关缉违字〔2026〕9号", "fine_cny": "300000", "penalties": ["fine"]}
PROPOSED = {"proposed": "file", "proposal": "The false declaration is proven."}
CRIME = {"external_number": "海缉立〔2026〕78号"}
NUMBER = {"external_number": "沪关缉违字〔2026〕77号"}
MAY_NOT = [
    MayNot("own report", "customs.head", "approve", own_report, {}),
    MayNot("report once edited", "customs.head", "approve", edited_report, {}),
    MayNot("report of a team once joined", "customs.head", "approve", report_of_a_team_once_joined, {}),
    MayNot("own matter", "customs.head", "decide", own_matter, FINE),
    MayNot("matter once written in", "customs.head", "decide", written_matter, FINE),
    MayNot("own instruction", "customs.head", "issue", own_instruction, {}),
    MayNot("own correction", "customs.lead", "confirm", own_correction, {}),
    MayNot("another agency's inside", "customs.lead", "drop", foreign_inside, {"reason": "x"}),
    MayNot("reserved for a chief", "customs.officer", "file", chiefs_act, NUMBER),
    MayNot("named persons only", "customs.lead", "approve", named_only, {}),
    MayNot("a transfer once delivered", "customs.lead", "call_off", delivered_transfer, {"ending_reason": "x"}),
    MayNot("its end as a draft", "customs.officer", "withdraw", delivered_transfer, {"ending_reason": "x"}),
    MayNot("filing by a unit lead", "antismuggling.lead", "file", received_transfer, CRIME),
    MayNot("own refusal", "antismuggling.head", "uphold", own_refusal, {"letter": "x", "same_person_because": "x"}),
    MayNot("own proposal", "antismuggling.lead", "file", own_proposal, CRIME),
    MayNot("an order of the chief procurator", "procurator", "order_filing", explained, {"letter": "x"}),
    MayNot("own request", "customs.admin", "confirm", own_request, {}),
]


# Detours ------------------------------------------------------------------------------------------------------------
def acting_head(cast: Any) -> None:
    """A second office holder, so that submission is possible."""
    OfficeHolder.objects.get_or_create(
        user=cast.user("customs.legal"), agency=cast.user("customs.legal").agency, is_acting=True,
        document="署人发〔2026〕1号",
    )  # fmt: skip
    cast.pop("customs.legal", None)


@dataclass(frozen=True)
class Peers:
    """People of one agency: two officers, the lead and the head, and who starts a password reset there."""

    officers: tuple[str, str]
    lead: str
    head: str
    admin: str

    def colleague_of(self, who: str) -> str:
        return self.officers[1] if who != self.officers[1] else self.officers[0]

    @property
    def chiefs(self) -> tuple[str, str]:
        return self.head, self.lead


PEERS = {
    "customs": Peers(("customs.officer", "customs.legal"), "customs.lead", "customs.head", "customs.admin"),
    "antismuggling": Peers(
        ("antismuggling.officer", "antismuggling.deputy"),
        *("antismuggling.lead", "antismuggling.head", "antismuggling.admin"),
    ),
    "procurator": Peers(
        ("procurator", "procurator.second"), *("procurator.head", "procurator.head", "procurator.admin")
    ),
}


def peers_of(who: str) -> Peers:
    return PEERS[who.split(".")[0]]


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
    second = peers.lead if row.who != peers.lead else peers.head
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
    disabling_the_others, a_correction, recording_on_behalf,
]  # fmt: skip


def perform(cast: Any, row: MayNot, thing: Any) -> None:
    resource = resource_of(thing)
    actor = actor_for(cast.user(row.who))
    perform_verb(resource, actor, resource.find(actor, thing.pk), row.verb, dict(row.given), strict=True)


@pytest.mark.half
@pytest.mark.parametrize("row", MAY_NOT, ids=lambda row: row.name)
def test_no_detour_leads_to_a_forbidden_action(cast: Any, row: MayNot) -> None:
    """One story for each row: pages and API refuse it, and the detours are tried one after the other, each rolled
    back."""
    thing = row.make(cast)
    with pytest.raises(REFUSED):
        perform(cast, row, thing)
    resource = resource_of(thing).name
    page = cast.browser(row.who).post(reverse("verb", args=[resource, thing.pk, row.verb]), row.given)
    second = cast.browser(row.who)  # another client, signed in at the same time
    answer = second.post(f"/api/v1/{resource}/{thing.pk}/{row.verb}/", row.given, content_type="application/json")
    assert page.status_code in (403, 404, 409)
    assert answer.status_code == page.status_code
    led = []
    for detour in DETOURS:
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


def test_one_person_gets_no_second_account_at_their_agency(cast: Any) -> None:
    agency = Agency.objects.get(code="GACC")
    data = {"actor": cast["customs.admin"], "agency": agency, "name_zh": "某", "staff_number": "A-1"}
    create_person(username="one", **data)
    with pytest.raises(Invalid):
        create_person(username="two", **data)


def test_the_whole_detour_of_a_head_who_drafts_and_approves(cast: Any) -> None:
    """Step by step: the head drafts, hands over to the lead, an officer submits, the head approves."""
    made = own_report(cast)
    head, lead = cast.user("customs.head"), cast.user("customs.lead")
    hand_over_all(head, actor=cast["customs.head"], to=lead, reason="moves on")
    made.refresh_from_db()
    with pytest.raises(TransitionRefused) as no:
        perform_verb(RESOURCES["referrals"], cast["customs.head"], made, "approve", {})
    assert [missing.code for missing in no.value.missing] == ["own_report"]
    perform_verb(RESOURCES["referrals"], actor_for(cast.user("customs.legal")), made, "approve", {})
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


def test_teams_and_hands_are_all_named_in_the_journal(cast: Any) -> None:
    """Every present team member is named in the journal, however they joined."""
    for made in (stories.transfer(cast, "ACCEPTED"), stories.conversion(cast), stories.proceeding(cast, "INVESTIGATE")):
        made.refresh_from_db()
        kind = resource_of(made).kind
        named = set(involved_in(**{kind: made.pk}).values_list("person_id", flat=True))
        people = {one.pk for one in made.team.all()} | {made.handler_id} | {getattr(made, "drafter_id", None)}
        assert people - {None} <= named
