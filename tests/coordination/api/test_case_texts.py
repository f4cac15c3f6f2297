"""Brief, report and effects over the API: what the pages show, and nothing else."""

from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.sharing.actions import share_case
from coordination.workspace.brief import briefs_of
from tests import stories


def test_the_brief_is_that_of_the_page_in_both_languages(cast):
    case = stories.shared_case(cast)
    answer = cast.browser("customs.officer").get(f"/api/v1/cases/{case.pk}/brief/")
    assert answer.status_code == 200
    shown = {brief.language: brief for brief in briefs_of(Case.objects.get(pk=case.pk), cast["customs.officer"])}
    assert {one["language"] for one in answer.json()} == set(shown)
    for one in answer.json():
        assert one["text"] == shown[one["language"]].text
        assert [clause["url"] for clause in one["clauses"]] == [clause.url for clause in shown[one["language"]].clauses]


def test_a_reader_of_the_status_gets_no_contents_and_others_nothing(cast):
    case = stories.case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    text = cast.browser("police.officer").get(f"/api/v1/cases/{case.pk}/brief/").content.decode()
    assert case.parties.get().name not in text
    for path in ("brief/", "report/"):
        assert cast.browser("commerce.officer").get(f"/api/v1/cases/{case.pk}/{path}").status_code == 404


def effects(cast, who, thing, verb, answers=None, resource="cases"):
    return cast.browser(who).post(
        f"/api/v1/{resource}/{thing.pk}/effects/",
        {"verb": verb, "answers": answers or {}},
        content_type="application/json",
    )


def test_the_effects_of_an_action_are_named_and_nothing_is_recorded(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    before = Clock.objects.count()
    answer = effects(cast, "customs.head", transfer, "approve", stories.ON_PAPER, "referrals")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["state"] == "Approved, to be transferred"
    assert [one["rule"] for one in found["starts"]]
    assert all(one["due_at"] for one in found["starts"])
    transfer.refresh_from_db()
    assert transfer.state == "HEAD_DECISION"
    assert Clock.objects.count() == before


def test_what_would_be_refused_is_refused_alike(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    assert effects(cast, "customs.officer", transfer, "approve", {}, "referrals").status_code == 403
    assert effects(cast, "customs.head", transfer, "approve", {"unknown": "x"}, "referrals").status_code == 400
    assert effects(cast, "customs.head", transfer, "nonsense", {}, "referrals").status_code == 400
    assert effects(cast, "commerce.officer", transfer, "approve", {}, "referrals").status_code == 404
    case = transfer.case
    assert effects(cast, "customs.officer", case, "attach_file", {"audience": "agency"}).status_code == 400
    assert effects(cast, "customs.head", case, "close").status_code == 409
