"""Systems act as their agency over the workflow tables: in the name of an officer, or by preparing what one signs."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.confirmations.actions import request_signature
from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic, touch
from agencies.machines.actions import revoke_key
from agencies.machines.authentication import actor_of_system
from agencies.machines.models import ApiClient, ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.files.models import Attachment
from cases.papers.models import IncomingPaper
from cases.proceedings.actions import file_criminal
from cases.proceedings.models import Proceeding
from cases.sharing.actions import share_case
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.actions import ask_task
from tests import stories
from tests.journal import verify_streams
from tests.kept_stories import story
from tests.stories.basics import act

ALL = (
    *("referrals:read", "referrals:receive", "referrals:answer", "tasks:read", "tasks:answer"),
    *("cases:read", "papers:file"),
)
POLICE, OFFICER, LEAD = "MPS_ECID", "police.officer", "police.lead"


class Platform:
    """The platform of an agency, as its client library uses the API."""

    def __init__(self, machine, agency=POLICE, *scopes, name="经侦平台"):
        self.client = machine(agency, *(scopes or ALL), name=name).client

    def read(self, path, **params):
        answer = self.client.get(f"/api/v1/{path}", params)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def ids(self, path, **params):
        return {row["id"] for row in self.read(path, **params)["results"]}

    def ask(self, thing, verb, body=None, *, form=False, version=None, **headers):
        thing.refresh_from_db()
        address = f"/api/v1/{RESOURCES_OF[type(thing)]}/{thing.pk}/{verb}/"
        sent = {"headers": {"If-Match": f'"{version or thing.version}"', **headers}}
        kind = {} if form else {"content_type": "application/json"}
        return self.client.post(address, body or {}, **kind, **sent)


RESOURCES_OF = {Referral: "referrals", Case: "cases", Confirmation: "confirmations"}
RESOURCES_OF |= {one.model: one.name for one in RESOURCES.values() if one.name == "tasks"}


def sign(cast, made, who=OFFICER, verb="sign", **answers):
    """The officer signs on the page that home leads to."""
    browser = cast.browser(who)
    assert str(made) in browser.get(reverse("confirmations")).content.decode()
    return browser.post(reverse("verb", args=["confirmations", made, verb]), answers)


def pointers(answer):
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


@story
def request_to_police(cast):
    """Customs ask the police for assistance on a case that they share with them."""
    made = stories.case(cast)
    share_case(made, actor=cast["customs.lead"], agency=POLICE, profile="full", reason="joint work")
    asked = act(
        cast,
        "customs.officer",
        RESOURCES["cases"].actions["request_assistance"],
        Case.objects.get(pk=made.pk),
        receiver=POLICE,
        title="Register of vehicles",
        report="Who owns the lorry?",
    )
    stories.walk(cast, asked, [("send", "customs.officer", {})])
    return asked


@story
def task_of_police(cast, made):
    return act(cast, "customs.officer", ask_task, made, agency=POLICE, title="Find the owner")


def test_a_request_is_accepted_and_answered_once_the_officer_has_signed(cast, machine):
    asked, platform = request_to_police(cast), Platform(machine)
    assert platform.ids("referrals/", waiting_on=POLICE) == {str(asked.pk)}
    letter = platform.read(f"referrals/{asked.pk}/")
    assert letter["packages"][0]["content"]["letter"]["report"] == "Who owns the lorry?"
    assert {one["verb"] for one in letter["verbs"]} == {"accept", "return", "decline", "confirm_correction"}
    answer = platform.ask(asked, "accept", {"officer": OFFICER, "reason": "Assigned to squad 3"})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["created"]["resource"]) == ("SENT", "confirmations")
    prepared = Confirmation.objects.get(pk=answer.json()["created"]["id"])
    assert platform.read(f"confirmations/{prepared.pk}/")["state"] == "REQUESTED"
    assert "经侦平台" in cast.browser(OFFICER).get(reverse("confirmation", args=[prepared.pk])).content.decode()
    assert "Waiting for your confirmation or signature" in cast.browser(OFFICER).get("/").content.decode()
    assert sign(cast, prepared.pk).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.handler) == ("IN_WORK", cast.user(OFFICER))
    accepted = Event.objects.get(object_kind="referral", verb="accept")
    assert (accepted.actor_id, accepted.note.data["prepared_by"]) == (cast[OFFICER].id, "经侦平台")
    assert platform.read(f"confirmations/{prepared.pk}/")["state"] == "COMPLETED"
    answered = platform.ask(asked, "answer", {"officer": OFFICER, "answer": "It belongs to the exporter"})
    assert sign(cast, answered.json()["created"]["id"]).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("ANSWERED", "It belongs to the exporter")
    assert not list(verify_streams())


def test_a_paper_is_filed_on_the_case_and_a_task_answered_with_a_file(cast, machine):
    case = stories.shared_case(cast, POLICE)
    task, platform = task_of_police(cast, case), Platform(machine)
    assert platform.ids("tasks/", open="1") == {str(task.pk)}
    assert platform.ids("cases/") == {str(case.pk)}
    paper = {
        **{"agency": "SPP", "number": "检函〔2026〕7号", "dated": "2026-03-01", "title": "Extract of the register"},
        **{"file": stories.scan(), "officer": OFFICER},
    }
    filed = platform.ask(case, "add_paper", paper, form=True)
    assert filed.status_code == 201, filed.content
    kept = IncomingPaper.objects.get(pk=filed.json()["created"]["id"])
    assert (kept.keeper.code, kept.state) == (POLICE, "KEPT")
    assert Event.objects.get(object_id=kept.pk).note.data["signer"] == cast[OFFICER].id
    wrong = SimpleUploadedFile("x.pdf", b"no document", "application/pdf")
    assert pointers(platform.ask(case, "add_paper", {**paper, "file": wrong}, form=True)) == {"/file": "media_type"}
    for verb, body in (("accept", {}), ("complete", {"result": "The exporter"})):
        done = platform.ask(task, verb, {"officer": OFFICER, **body})
        assert done.status_code == 200, done.content
    attached = platform.ask(task, "attach_file", {"file": stories.scan("register"), "officer": OFFICER}, form=True)
    assert attached.status_code == 201, attached.content
    task.refresh_from_db()
    assert (task.state, task.result) == ("DONE", "The exporter")
    file = Attachment.objects.visible_to(cast["customs.officer"]).get(about_id=task.pk)
    assert cast.browser(OFFICER).get(reverse("file", args=[file.pk])).status_code == 200
    for who, named in ((OFFICER, True), ("customs.officer", False)):
        page = cast.browser(who).get(reverse("task", args=[task.pk])).content.decode()
        assert ("signed by Lu Xingzhou" in page) == ("经侦平台" in page) == named, who


def test_a_receipt_names_the_officer_who_signed(cast, machine):
    sent = stories.transfer(cast, "DELIVERED")
    platform = Platform(machine, "GACC_ASB", name="缉私平台")
    assert platform.read(f"referrals/{sent.pk}/")["sight"] == "envelope"
    assert pointers(platform.ask(sent, "accept")) == {"/officer": "required"}
    for named in ("nobody", "police.officer"):
        assert pointers(platform.ask(sent, "accept", {"officer": named})) == {"/officer": "officer"}
    # One who does no cases signs nothing.
    admin = User.objects.create_user("asb.clerk", agency=Agency.objects.get(code="GACC_ASB"), name_zh="文员")
    assert pointers(platform.ask(sent, "accept", {"officer": admin.username})) == {"/officer": "officer"}
    User.objects.filter(username="antismuggling.officer").update(staff_number="0417")
    assert platform.ask(sent, "accept", {"officer": "0417"}).json()["state"] == "ACCEPTED"
    sent.refresh_from_db()
    assert (sent.handler, sent.signed_at is None) == (None, False)
    signed = Event.objects.get(object_kind="referral", verb="accept").note
    assert (signed.actor_name, signed.data["signer"]) == ("缉私平台", cast["antismuggling.officer"].id)
    page = cast.browser("antismuggling.officer").get(reverse("referral", args=[sent.pk])).content.decode()
    assert "缉私平台" in page
    assert platform.read(f"referrals/{sent.pk}/")["sight"] == "package"


def test_where_nobody_signs_in_the_receipt_has_the_name_as_text(cast, machine):
    sent = stories.transfer(cast, "DELIVERED")
    Agency.objects.filter(code="GACC_ASB").update(signs_in=False)
    assert Platform(machine, "GACC_ASB").ask(sent, "accept", {"officer": "周警官 010417"}).status_code == 200
    assert Event.objects.get(object_kind="referral", verb="accept").note.data["signed_by"] == "周警官 010417"


def test_a_decision_of_the_responsible_person_is_theirs_alone(cast, machine):
    sent = stories.transfer(cast, "ACCEPTED")
    platform, number = Platform(machine, "GACC_ASB"), {"external_number": "海缉立〔2026〕9号"}
    for who in ("antismuggling.officer", "antismuggling.lead", "police.head"):
        assert pointers(platform.ask(sent, "file", {"officer": who, **number})) == {"/officer": "officer"}
    assert pointers(platform.ask(sent, "file", {"officer": "antismuggling.head"})) == {"/external_number": "required"}
    made = platform.ask(sent, "file", {"officer": "antismuggling.head", **number}).json()["created"]["id"]
    again = platform.ask(sent, "not_file", {"officer": "antismuggling.deputy", "ending_reason": "No crime"})
    assert [one["code"] for one in again.json()["missing"]] == ["open"]
    # Nobody else finds, signs or refuses it.
    for who in ("antismuggling.officer", "antismuggling.lead", "antismuggling.deputy", "customs.head"):
        assert cast.browser(who).get(reverse("confirmation", args=[made])).status_code == 404
        assert cast.browser(who).post(reverse("verb", args=["confirmations", made, "sign"])).status_code == 404
    sent.refresh_from_db()
    assert sent.state == "ACCEPTED"
    assert sign(cast, made, "antismuggling.head").status_code == 302
    sent.refresh_from_db()
    assert (sent.state, sent.proceeding.external_number) == ("FILED", "海缉立〔2026〕9号")
    assert Event.objects.get(object_kind="referral", verb="file").actor_id == cast["antismuggling.head"].id


def test_what_is_refused_or_withdrawn_has_no_effect(cast, machine):
    asked = request_to_police(cast)
    platform = Platform(machine)
    first = Confirmation.objects.get(pk=platform.ask(asked, "accept", {"officer": OFFICER}).json()["created"]["id"])
    assert sign(cast, first.pk, verb="decline", reason="Not our district").status_code == 302
    read = platform.read(f"confirmations/{first.pk}/")
    assert (read["state"], read["verb"]) == ("REFUSED", "accept")
    second = Confirmation.objects.get(pk=platform.ask(asked, "accept", {"officer": OFFICER}).json()["created"]["id"])
    assert platform.ask(second, "withdraw", {"officer": OFFICER}).json()["state"] == "WITHDRAWN"
    assert cast.browser(OFFICER).post(reverse("verb", args=["confirmations", second.pk, "sign"])).status_code == 409
    asked.refresh_from_db()
    assert (asked.state, asked.handler) == ("SENT", None)


def test_an_officer_who_lost_the_right_signs_nothing(cast, machine):
    asked = request_to_police(cast)
    made = Platform(machine).ask(asked, "accept", {"officer": OFFICER}).json()["created"]["id"]
    stories.walk(cast, asked, [("accept", LEAD, {})])
    late = cast.browser(OFFICER).post(reverse("verb", args=["confirmations", made, "sign"]))
    assert late.status_code == 409
    assert Confirmation.objects.get(pk=made).state == "REQUESTED"


def test_what_was_prepared_is_not_signed_after_the_key_was_revoked(cast, machine):
    asked = request_to_police(cast)
    made = Platform(machine).ask(asked, "accept", {"officer": OFFICER}).json()["created"]["id"]
    revoke_key(ApiKey.objects.get(), actor=cast["secadmin"], reason="Stolen")
    answer = cast.browser(OFFICER).post(reverse("verb", args=["confirmations", made, "sign"]))
    assert (answer.status_code, "no valid key any more" in answer.text) == (409, True)
    asked.refresh_from_db()
    assert asked.state == "SENT"
    assert sign(cast, made, verb="decline", reason="The key was stolen").status_code == 302


def test_what_one_agency_prepared_neither_bars_nor_shows_itself_to_another(cast, machine):
    """The receiver of a referral may change while what its system prepared still waits."""
    asked = request_to_police(cast)
    assert Platform(machine).ask(asked, "accept", {"officer": OFFICER}).status_code == 201
    Platform(machine, "GACC_ASB", name="缉私平台")
    other = actor_of_system(ApiClient.objects.get(name="缉私平台"), ALL)
    signer = cast.user("antismuggling.officer")
    made = request_signature(asked, "accept", actor=other, signer=signer, object_kind="referral", answers={})
    assert made.agency.code == "GACC_ASB"


def test_a_key_does_what_its_scopes_say_and_is_told_which_one_it_lacks(cast, machine):
    asked = request_to_police(cast)
    case = Case.objects.get(pk=asked.case_id)
    task = task_of_police(cast, case)
    reader = Platform(machine, POLICE, "referrals:read", "tasks:read", "cases:read")
    for thing, verb, scope in (
        (asked, "accept", "referrals:answer"),
        (asked, "confirm_correction", "referrals:receive"),
        (task, "complete", "tasks:answer"),
        (case, "add_paper", "papers:file"),
    ):
        answer = reader.ask(thing, verb, {"officer": OFFICER}, form=verb == "add_paper")
        assert (answer.status_code, scope in answer.json()["detail"]) == (403, True), (verb, answer.content)
    assert {one["verb"] for one in reader.read(f"referrals/{asked.pk}/")["verbs"]} == set()
    answering = Platform(machine, POLICE, "referrals:answer", name="other")
    assert "referrals:read" in answering.client.get("/api/v1/referrals/").json()["detail"]
    # With the scope that one kind of referral needs, the other is still refused by name.
    sent = stories.transfer(cast, "DELIVERED")
    refused = Platform(machine, "GACC_ASB", "referrals:answer").ask(
        sent, "accept", {"officer": "antismuggling.officer"}
    )
    assert (refused.status_code, "referrals:receive" in refused.json()["detail"]) == (403, True)
    # What no table gives to systems stays with people.
    platform = Platform(machine, name="whole")
    for thing, verb in ((task, "decline"), (task, "claim"), (case, "share"), (case, "ask_task"), (asked, "withdraw")):
        answer = platform.ask(thing, verb, {"reason": "x"})
        assert (answer.status_code, "people" in answer.json()["detail"]) == (403, True), (verb, answer.content)
    for path in ("papers/", "notes/", "search/?q=a", "parties/", "proceedings/", "incoming/", "files/"):
        assert platform.client.get(f"/api/v1/{path}").status_code in (403, 404), path


def test_a_claimed_task_is_answered_by_its_assignee(cast, machine):
    case = stories.shared_case(cast, POLICE)
    task = task_of_police(cast, case)
    stories.walk(cast, task, [("accept", OFFICER, {"claim": True})])
    answer = Platform(machine).ask(task, "complete", {"officer": OFFICER, "result": "Done"})
    assert answer.status_code == 403


def test_a_repeat_prepares_once_and_an_old_version_is_refused(cast, machine):
    asked = request_to_police(cast)
    platform, body = Platform(machine), {"officer": OFFICER}
    assert platform.ask(asked, "accept", body, version=asked.version + 1).status_code == 412
    first, second = (platform.ask(asked, "accept", body, **{"Idempotency-Key": "a-1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Confirmation.objects.filter(kind="prepared").count() == 1


def test_lists_take_the_filters_of_people_and_what_changed_since(cast, machine):
    old = request_to_police(cast)
    task = task_of_police(cast, Case.objects.get(pk=old.case_id))
    platform = Platform(machine)
    for path, thing in (("referrals/", old), ("tasks/", task), ("cases/", Case.objects.get(pk=old.case_id))):
        thing.refresh_from_db()
        moment = thing.updated_at.isoformat()
        assert str(thing.pk) in platform.ids(path, sort="updated")
        assert platform.ids(path, changed_after=moment) == set(), path
        assert platform.client.get(f"/api/v1/{path}", {"changed_after": "soon"}).status_code == 400
    assert platform.ids("referrals/", state="IN_WORK") == set()


def unseen(cast):
    """What a system of the police does not see: of other agencies, restricted, not yet sent, within the agency."""
    yield stories.case(cast), "cases"
    restricted = stories.shared_case(cast, POLICE, handling="H3")
    yield restricted, "cases"
    yield task_of_police(cast, restricted), "tasks"
    yield stories.task(cast), "tasks"
    yield stories.assistance(cast, "SENT"), "referrals"
    yield stories.transfer(cast, "DELIVERED"), "referrals"
    draft = act(
        cast,
        OFFICER,
        RESOURCES["cases"].actions["request_assistance"],
        stories.shared_case(cast, POLICE, title="Own draft"),
        receiver="GACC",
        title="Draft of the police",
        report="Not sent",
    )
    yield draft, "referrals"


@pytest.mark.slow
def test_a_system_sees_not_one_byte_of_anything_else(cast, machine):
    platform = Platform(machine)
    stories.shared_case(cast, POLICE)  # so that the lists have a row
    lists = ("referrals/", "tasks/", "confirmations/")
    before = [platform.client.get(f"/api/v1/{path}").content for path in lists]
    hidden = list(unseen(cast))
    assert [platform.client.get(f"/api/v1/{path}").content for path in lists] == before
    seen = platform.ids("cases/")
    for thing, name in hidden:
        assert platform.client.get(f"/api/v1/{name}/{thing.pk}/").status_code == 404, thing
        assert str(thing.pk) not in seen
        verb, body = ("add_paper", {"number": "1"}) if name == "cases" else ("accept", {"officer": OFFICER})
        assert platform.ask(thing, verb, body, form=name == "cases").status_code == 404, thing


def test_without_its_scope_a_system_gets_the_same_answer_for_what_is_there_and_what_is_not(cast, machine):
    asked = request_to_police(cast)
    for scopes, path in (
        (("tasks:read", "cases:read", "leads:read"), f"referrals/{asked.pk}/"),
        (("referrals:read", "referrals:receive"), f"cases/{asked.case_id}/"),
        (("referrals:read", "cases:read"), "tasks/"),
    ):
        platform = Platform(machine, POLICE, *scopes, name=path)
        absent_path = path.replace(str(asked.pk), str(uuid4())).replace(str(asked.case_id), str(uuid4()))
        answer, absent = (platform.client.get(f"/api/v1/{one}") for one in (path, absent_path))
        assert (answer.status_code, absent.status_code) == (403, 403)
        assert {**answer.json(), "trace_id": ""} == {**absent.json(), "trace_id": ""}
    envelope = Platform(machine, POLICE, "referrals:read", name="no case").read(f"referrals/{asked.pk}/")
    assert envelope["case"] is None


def test_a_wall_inside_the_bureau_closes_the_case_to_its_systems(cast, machine):
    inside = stories.bureau_proceeding(cast)
    platform = Platform(machine, "GACC_ASB")
    assert platform.ids("cases/") == {str(inside.case_id)}
    case = Case.objects.get(pk=inside.case_id)
    file_criminal(case, actor=cast["antismuggling.head"], reason="own lead", external_number="缉立字〔2026〕8号")
    Proceeding.objects.filter(case=case, kind="criminal").update(handler=cast.user("antismuggling.lead"))
    with atomic():
        touch("proceeding", *case.proceedings.values_list("pk", flat=True))
    assert platform.ids("cases/") == set()


def lines():
    for resource in RESOURCES.values():
        for table in resource.workflows:
            for verb, line in table.transitions.items():
                if line.machine:
                    yield resource, table, verb, line


# Besides receipts, what a system answers for its agency without deciding anything.
ALONE = {
    "referrals": {"accept", "acknowledge", "confirm_receipt", "confirm_correction"},
    "tasks": {"accept", "complete", "attach_file"},
    "cases": {"add_paper"},
    "stops": {"see", "hold", "already_released", "stand", "not_found"},
    "confirmations": {"withdraw"},
}


def test_no_statutory_decision_is_taken_by_a_system_alone():
    for resource, table, verb, line in lines():
        assert line.machine.scope in ApiKey.Scope.values
        assert not line.system
        if line.machine.alone:
            assert verb in ALONE[resource.name], (table.name, verb)
            assert not line.signs, (table.name, verb)
            decided = resource.decision.verbs if resource.decision else ()
            assert verb not in decided, (table.name, verb)
            assert line.second is None, (table.name, verb)
        else:
            assert not any(field.kind == "file" for field in line.fields), (table.name, verb)
    received = {table.name for resource, table, verb, line in lines() if verb == "accept" and line.machine.alone}
    assert received == {"criminal transfer", "lead to the economic-crime police", "task"}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_reference_says_what_a_key_may_do(client, language):
    page = client.get("/api/docs/reference/referrals/", headers={"accept-language": language}).content.decode()
    words = "Systems may prepare it." if language == "en" else "接入系统可代拟，由人员签署。"
    assert words in page
