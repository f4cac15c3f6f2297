"""What a system prepared for an officer who is away is signed by the deputy, or by an officer whom a lead names."""

from datetime import timedelta

from django.urls import reverse

from agencies.confirmations.models import Confirmation
from agencies.duty.actions import enter_absence
from agencies.kernel import times
from agencies.people.models import User
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from coordination.workspace.reassignment import hand_over_all
from tests import stories
from tests.coordination.api.test_systems_of_agencies import LEAD, OFFICER, Platform, pointers, request_to_police
from tests.refusals import invalid_at

HEAD, DEPUTY = "antismuggling.head", "antismuggling.deputy"
FILE = {"officer": HEAD, "external_number": "海缉立〔2026〕9号"}


def prepared(platform, thing, verb, body):
    return Confirmation.objects.get(pk=platform.ask(thing, verb, body).json()["created"]["id"])


def goes_away(cast, who, deputy=None):
    today = times.today()
    days = {"since": today, "until": today + timedelta(days=9)}
    enter_absence(cast.user(who), actor=cast[who], deputy=cast.user(deputy) if deputy else None, **days)


def waiting(cast, who):
    return set(Confirmation.objects.waiting_for(cast[who]))


def press(cast, who, made, verb, **answers):
    return cast.browser(who).post(reverse("verb", args=["confirmations", made.pk, verb]), answers)


def test_the_deputy_of_an_absent_head_signs_the_filing(cast, machine):
    sent = stories.transfer(cast, "ACCEPTED")
    made = prepared(Platform(machine, "GACC_ASB"), sent, "file", FILE)
    assert waiting(cast, DEPUTY) == set()
    goes_away(cast, HEAD, DEPUTY)
    assert waiting(cast, DEPUTY) == {made}
    page = cast.browser(DEPUTY).get(reverse("confirmation", args=[made.pk])).text
    assert "is away" in page
    assert press(cast, DEPUTY, made, "sign").status_code == 302
    sent.refresh_from_db()
    made.refresh_from_db()
    assert (sent.state, made.state, made.confirmer) == ("FILED", "COMPLETED", cast.user(DEPUTY))


def test_a_deputy_to_whom_the_act_does_not_belong_neither_signs_nor_refuses_it(cast, machine):
    sent = stories.transfer(cast, "ACCEPTED")
    made = prepared(Platform(machine, "GACC_ASB"), sent, "file", FILE)
    goes_away(cast, HEAD, "antismuggling.officer")
    for verb in ("sign", "decline"):
        assert press(cast, "antismuggling.officer", made, verb, reason="x").status_code == 403, verb
    sent.refresh_from_db()
    assert (sent.state, Confirmation.objects.get(pk=made.pk).state) == ("ACCEPTED", "REQUESTED")


def test_a_lead_names_another_officer_while_the_named_one_is_away(cast, machine):
    asked = request_to_police(cast)
    platform = Platform(machine)
    made = prepared(platform, asked, "accept", {"officer": OFFICER})
    assert press(cast, LEAD, made, "hand_over", to=str(cast.user(LEAD).pk), reason="Leave").status_code == 404
    goes_away(cast, OFFICER)
    assert waiting(cast, LEAD) == waiting(cast, "police.head") == {made}
    assert press(cast, LEAD, made, "sign").status_code == 403
    assert press(cast, LEAD, made, "hand_over", to=str(cast.user(LEAD).pk), reason="Leave").status_code == 302
    assert waiting(cast, "police.head") == set()
    assert platform.read(f"confirmations/{made.pk}/")["confirmer"] == str(cast.user(LEAD).pk)
    assert press(cast, LEAD, made, "sign").status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.handler) == ("IN_WORK", cast.user(LEAD))


def test_after_naming_someone_else_the_lead_comes_back_to_a_page(cast, machine):
    asked = request_to_police(cast)
    made = prepared(Platform(machine), asked, "accept", {"officer": OFFICER})
    goes_away(cast, OFFICER)
    address, named = reverse("verb", args=["confirmations", made.pk, "hand_over"]), str(cast.user(LEAD).pk)
    page = cast.browser("police.head").post(address, {"to": named, "reason": "Leave"}, follow=True)
    assert page.status_code == 200


def test_the_officer_who_is_named_may_sign_and_is_there(cast, machine):
    asked = request_to_police(cast)
    made = prepared(Platform(machine), asked, "accept", {"officer": OFFICER})
    goes_away(cast, OFFICER)
    clerk = User.objects.create_user("police.clerk", "x", agency=cast.user(LEAD).agency, name_zh="文员")
    for who, code in ((clerk, "officer"), (cast.user("customs.officer"), "invalid_choice")):
        answer = cast.browser(LEAD).post(
            f"/api/v1/confirmations/{made.pk}/hand_over/",
            {"to": str(who.pk), "reason": "Leave", "version": made.version},
            content_type="application/json",
        )
        assert pointers(answer) == {"/to": code}
    goes_away(cast, "police.head")
    with invalid_at("/to"):
        stories.walk(cast, made, [("hand_over", LEAD, {"to": str(cast.user("police.head").pk), "reason": "x"})])


def test_a_disabled_account_leaves_the_act_to_the_leads(cast, machine):
    asked = request_to_police(cast)
    made = prepared(Platform(machine), asked, "accept", {"officer": OFFICER})
    User.objects.filter(username=OFFICER).update(is_active=False)
    assert waiting(cast, LEAD) == {made}
    assert waiting(cast, "customs.lead") == waiting(cast, "police.admin") == set()


def test_all_work_of_an_absent_officer_is_handed_over_with_what_was_prepared(cast, machine):
    asked = request_to_police(cast)
    made = prepared(Platform(machine), asked, "accept", {"officer": OFFICER})
    goes_away(cast, OFFICER)
    passed = hand_over_all(cast.user(OFFICER), actor=cast[LEAD], to=cast.user(LEAD), reason="Leave")
    assert [(one.held.thing, one.refused) for one in passed] == [(made, "")]


def test_who_is_notified_of_an_act_for_an_officer_who_is_away(cast, machine):
    asked = request_to_police(cast)
    goes_away(cast, OFFICER)
    drain()
    InboxItem.objects.all().delete()
    prepared(Platform(machine), asked, "accept", {"officer": OFFICER})
    drain()
    assert cast.user(LEAD).pk in InboxItem.objects.values_list("person", flat=True)
