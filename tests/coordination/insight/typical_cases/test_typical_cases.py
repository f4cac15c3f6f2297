"""Typical cases: drafted by readers of a concluded case, checked by a second person, published without names."""

import pytest

from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.intake.models import Lead
from cases.sharing.actions import share_case
from coordination.actions.performing import perform
from coordination.exchange.confidential.actions import draft_confidential_letter
from coordination.insight.search.actions import index_changed
from coordination.insight.search.finding import groups
from coordination.insight.typical_cases.actions import ACTIONS, draft_typical_case
from coordination.insight.typical_cases.models import TypicalCase
from tests import stories
from tests.refusals import refused_for


def codes(refused):
    return {one.code for one in refused.value.missing}


def publish(cast, made, who="customs.lead"):
    return ACTIONS["publish"](TypicalCase.objects.get(pk=made.pk), actor=cast[who], checked=True)


def test_the_draft_contains_no_name_of_the_case(cast):
    case = stories.concluded(cast)
    summary = "Example Metals Ltd, 91110000600037341L, declared it on 5 March 2026."
    Case.objects.filter(pk=case.pk).update(summary=summary, outcome="处罚了Example Metals Ltd。")
    made = draft_typical_case(Case.objects.get(pk=case.pk), actor=cast["customs.officer"])
    assert made.facts_en == "Company A, (number omitted), declared it on March 2026."
    assert made.handling_zh == "处罚了某甲公司。"
    assert made.drafter == cast.user("customs.officer")


def test_only_a_concluded_case_and_only_by_those_who_read_it(cast):
    running = stories.case(cast)
    with refused_for("state"):
        draft_typical_case(running, actor=cast["customs.officer"])
    case = stories.concluded(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="joint")
    for who in ("police.officer", "commerce.officer", "centre.coordinator"):
        with pytest.raises(Forbidden):
            draft_typical_case(Case.objects.get(pk=case.pk), actor=cast[who])
    assert not TypicalCase.objects.exists()


def test_a_restricted_case_is_never_published(cast):
    made = stories.typical_case(cast, "CHECK")
    Case.objects.filter(pk=made.case_id).update(handling="H3")
    with refused_for("handling"):
        publish(cast, made)


@pytest.mark.parametrize(
    "words",
    [
        "Example Metals Ltd",
        "example  metals, ltd",
        "９１１１００００６００037341L",
        "220020260000000001",
        "13912345678",
    ],
)
def test_a_text_that_names_the_case_is_not_published_until_it_is_redacted(cast, words):
    made = stories.typical_case(cast, "CHECK", facts_en=f"We found {words} there.")
    page = cast.browser("customs.lead").get(f"/typical-cases/{made.pk}/").text
    assert "cv-found-block" in page
    with refused_for("names"):
        publish(cast, made)
    ACTIONS["return"](made, actor=cast["customs.lead"], remarks="A name is left.")
    ACTIONS["redact"](TypicalCase.objects.get(), actor=cast["customs.officer"])
    ACTIONS["submit"](TypicalCase.objects.get(), actor=cast["customs.officer"])
    publish(cast, made)
    assert TypicalCase.objects.get().state == "PUBLISHED"


def test_a_name_that_only_a_report_contains_is_found_too(cast):
    made = stories.typical_case(cast, "CHECK", facts_en="Hidden Trading was there.")
    lead = Lead.objects.get(case=made.case_id)
    revision = lead.newest
    revision.content["parties"].append({"name": "Hidden Trading", "kind": "company"})
    revision.save()
    with refused_for("names"):
        publish(cast, made)


def test_what_is_sealed_refuses_the_publication_without_saying_what_it_is(cast):
    case = stories.concluded(cast)
    letter = {"addressee": "Procuratorate", "official": "李四海, 某海关, 科长", "facts": "He helped."}
    draft_confidential_letter(case, actor=cast["customs.head"], **letter)
    made = stories.typical_case(cast, "CHECK", matter=Case.objects.get(pk=case.pk), facts_zh="李四海协助出口。")
    page = cast.browser("customs.lead").get(f"/typical-cases/{made.pk}/").text
    assert "cv-found-block" not in page
    with pytest.raises(TransitionRefused) as refused:
        publish(cast, made)
    assert codes(refused) == {"names"}
    assert "李四海" not in str(refused.value.detail)


def test_who_reads_it_before_and_after_publication(cast):
    made = stories.typical_case(cast, "CHECK")
    for who, seen in (("customs.officer", 200), ("commerce.officer", 404), ("procurator", 404)):
        assert cast.browser(who).get(f"/typical-cases/{made.pk}/").status_code == seen, who
    publish(cast, made)
    for who in ("customs.officer", "commerce.officer", "procurator", "centre.supervisor"):
        page = cast.browser(who).get(f"/typical-cases/{made.pk}/")
        assert page.status_code == 200
        assert (made.case.number in page.text) == (who in ("customs.officer", "centre.supervisor")), who
        row = cast.browser(who).get(f"/api/v1/typical-cases/{made.pk}/").json()
        assert (row["case"] is None) == (who in ("commerce.officer", "procurator")), who
    ACTIONS["withdraw"](TypicalCase.objects.get(), actor=cast["customs.lead"], ending_reason="A reader recognised it.")
    assert cast.browser("procurator").get(f"/typical-cases/{made.pk}/").status_code == 404


def test_search_finds_a_published_one_for_all_without_its_case(cast):
    made = stories.typical_case(cast, "PUBLISHED", title_zh="金属伪报典型案")
    index_changed()
    assert [one.resource for one in groups("伪报典型案", cast["procurator"])] == ["typical-cases"]
    assert groups(made.case.number, cast["procurator"]) == []


def test_what_was_published_does_not_change_with_the_case(cast):
    made = stories.typical_case(cast, "PUBLISHED")
    digest = made.digest
    Case.objects.filter(pk=made.case_id).update(summary="Other words")
    made.refresh_from_db()
    assert made.digest == digest
    assert made.is_whole
    made.content["zh"]["facts"] = "别的"
    TypicalCase.objects.filter(pk=made.pk).update(content=made.content)
    assert 'role="alert"' in cast.browser("procurator").get(f"/typical-cases/{made.pk}/").text


def test_the_source_of_a_case_with_code_h2_consents(cast):
    """The lead came from commerce with H2: its agency consents to the publication, as to a share."""
    made = stories.typical_case(cast, "CHECK")
    share_case(made.case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="full", reason="its lead")
    Case.objects.filter(pk=made.case_id).update(handling="H2")
    Lead.objects.filter(case=made.case_id).update(handling="H2", source_agency=cast["commerce.lead"].agency_id)
    with refused_for("second_person"):
        publish(cast, made)
    typical = TypicalCase.objects.select_related("case", "agency").get()
    done = perform(RESOURCES["typical-cases"], cast["customs.lead"], typical, "publish", {"checked": "on"})
    assert isinstance(done.created, Confirmation)
    assert cast.browser("commerce.lead").get(f"/typical-cases/{made.pk}/").status_code == 200
    perform(RESOURCES["confirmations"], cast["commerce.lead"], done.created, "confirm", {})
    assert TypicalCase.objects.get().state == "PUBLISHED"
