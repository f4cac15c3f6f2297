"""The folder that the sender prepares: what goes, what stays, the way to each gap, and the remark that never leaves."""

import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from cases.casefile.models import Case
from coordination.documents.package import take_package
from coordination.exchange.referrals.folder import counts_of, missing_or_met
from coordination.exchange.referrals.models import Referral
from coordination.insight.search.actions import index_changed
from tests import stories
from tests.costs import costs_no_more

OFFICER, BUREAU = "customs.officer", "antismuggling.officer"
REMARK = "The informant is a colleague of the broker"


def page_of(cast: Any, who: str, referral: Referral) -> Any:
    return cast.browser(who).get(reverse("referral", args=[referral.pk]))


@pytest.mark.slow
def test_the_sender_sees_what_goes_and_how_much_stays(cast: Any) -> None:
    case = stories.case(cast)
    case.parties.create(name="Silent Trading")
    files = [stories.attachment(cast, "agency", case, title=f"File {n}") for n in range(3)]
    transfer = stories.transfer(cast, matter=case)
    about = [str(pk) for pk in case.parties.exclude(name="Silent Trading").values_list("pk", flat=True)]
    sent = {"offence": "SMUG_PROHIBITED", "receiver": "GACC_ASB", "title": "Antimony", "report": "Facts, evidence."}
    stories.walk(cast, transfer, [("edit", OFFICER, {**sent, "parties": about, "files": [str(files[0].pk)]})])
    found = Referral.objects.get(pk=transfer.pk)
    counted = {str(one.label): (one.goes, one.stays) for one in counts_of(found, cast[OFFICER])}
    assert counted["Parties"] == (1, 1)
    assert counted["Evidence files"] == (1, 2)
    page = page_of(cast, OFFICER, transfer)
    assert "2 stay here" in page.text
    assert "As the addressee will read it" in page.text
    preview = page.context["preview"]
    assert [one.frozen["title"] for one in preview.files] == ["File 0"]
    stories.walk(cast, found, [("submit", OFFICER, {}), ("approve", "customs.head", stories.ON_PAPER)])
    frozen = found.packages.get().content
    assert {key: frozen[key] for key in ("parties", "files", "items")} == {
        key: preview.package["content"][key] for key in ("parties", "files", "items")
    }


@pytest.mark.slow
def test_each_gap_of_the_checklist_is_a_link_to_where_it_is_filled_in(cast: Any) -> None:
    transfer = stories.transfer(cast)
    edit = reverse("verb", args=["referrals", transfer.pk, "edit"])
    ways = {one.part.key: one.url for one in missing_or_met(transfer, cast[OFFICER]) if not one.part.met}
    case = ["cases", transfer.case_id]
    assert ways["acts"] == reverse("verb", args=[*case, "add_act"])
    assert ways["evidence"] == reverse("verb", args=[*case, "attach_file"])
    assert ways["letter"] == "#papers"
    stories.attachment(cast, "agency", transfer.case)
    transfer.case.acts.create(title="declared as zinc")
    again = {one.part.key: one.url for one in missing_or_met(Referral.objects.get(pk=transfer.pk), cast[OFFICER])}
    assert again["evidence"] == f"{edit}#id_files"
    form = cast.browser(OFFICER).get(edit).text
    assert 'id="id_files"' in form
    assert again["evidence"] in page_of(cast, OFFICER, transfer).text
    paper = stories.paper_of(cast, OFFICER, transfer, "TRF_INVREP")
    type(paper).objects.filter(pk=paper.pk).update(addressee="")  # so that the draft is not ready
    last = {one.part.key: one.url for one in missing_or_met(Referral.objects.get(pk=transfer.pk), cast[OFFICER])}
    assert last["investigation"] == reverse("paper", args=[paper.pk])


@pytest.mark.slow
def test_the_sender_reads_the_law_on_the_goods_and_the_opinions_beside_the_draft(cast: Any) -> None:
    case = stories.shared_case(cast)
    case.items.create(description="Other goods")
    opinion = stories.agency_opinion(cast, "GIVEN", case)
    transfer = stories.transfer(cast, matter=Case.objects.get(pk=case.pk))
    page = page_of(cast, OFFICER, transfer)
    assert {one.item.description for one in page.context["goods"].items} == {"锑锭", "Other goods"}
    assert reverse("opinion_round", args=[opinion.round_id]) in page.text
    stories.walk(cast, transfer, [("submit", OFFICER, {}), ("approve", "customs.head", stories.ON_PAPER)])
    assert page_of(cast, OFFICER, transfer).context["goods"] is None


def test_an_unmet_condition_of_the_next_step_links_its_field(cast: Any) -> None:
    transfer = stories.transfer(cast)
    transfer.team.clear()
    edit = reverse("verb", args=["referrals", transfer.pk, "edit"])
    assert f'href="{edit}#id_team"' in page_of(cast, OFFICER, transfer).text


MAKES = {
    "transfer": lambda cast: (stories.transfer(cast, "HEAD_DECISION"), BUREAU),
    "assistance": lambda cast: (stories.assistance(cast, "DRAFT"), "commerce.officer"),
}
GOES_OUT = {
    "transfer": [("approve", "customs.head", stories.ON_PAPER), ("deliver", OFFICER, {}), ("accept", BUREAU, {})],
    "assistance": [("send", OFFICER, {}), ("accept", "commerce.officer", {})],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MAKES)
def test_the_internal_remark_is_read_by_the_own_agency_and_leaves_in_nothing(cast: Any, kind: str) -> None:
    sent, receiver = MAKES[kind](cast)
    Referral.objects.filter(pk=sent.pk).update(internal_remark=REMARK)
    if kind == "transfer":
        head = cast.browser("customs.head").get(reverse("approvals") + f"?resource=referrals&id={sent.pk}").text
        assert REMARK in head
    stories.walk(cast, Referral.objects.get(pk=sent.pk), GOES_OUT[kind])
    sent.refresh_from_db()
    assert REMARK in page_of(cast, "customs.lead", sent).text
    index_changed()
    for who in (receiver, "centre.coordinator"):
        browser, api = cast.browser(who), f"/api/v1/referrals/{sent.pk}/"
        urls = (reverse("referral", args=[sent.pk]), api, "/api/v1/referrals/")
        texts = [browser.get(url).text for url in urls]
        texts.append(browser.get("/api/v1/search/", {"q": "informant"}).json()["results"])
        bundle = take_package(sent, actor=cast[who])
        with zipfile.ZipFile(io.BytesIO(bundle.content)) as package:
            texts += [package.read(name).decode(errors="ignore") for name in package.namelist()]
        assert not [text for text in texts if "informant" in str(text)], who
    assert cast.browser("customs.lead").get(f"/api/v1/referrals/{sent.pk}/").json()["internal_remark"] == REMARK


def test_an_internal_remark_can_be_taken_out_again(cast: Any) -> None:
    case = stories.case(cast)
    browser = cast.browser(OFFICER)
    made = stories.assistance(cast, "DRAFT", matter=Case.objects.get(pk=case.pk), internal_remark=REMARK)
    url = reverse("verb", args=["referrals", made.pk, "edit"])
    sent = {"title": made.title, "report": made.report, "internal_remark": "", "version": made.version}
    assert browser.post(url, sent).status_code == 302
    made.refresh_from_db()
    assert made.internal_remark == ""


@pytest.mark.slow
def test_more_files_need_no_more_queries(cast: Any) -> None:
    transfer = stories.transfer(cast)
    case = Case.objects.get(pk=transfer.case_id)
    transfer.files.add(stories.attachment(cast, "agency", case))
    with costs_no_more(cast.browser(OFFICER), reverse("referral", args=[transfer.pk])):
        for _n in range(7):
            transfer.files.add(stories.attachment(cast, "agency", case))
