"""The file of a case sent for prosecution goes, returns and ends with its criminal proceeding."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.files.models import Attachment
from cases.papers.actions import note_reading
from cases.papers.files import stored_content
from cases.papers.models import Paper
from cases.proceedings.actions import open_proceeding
from cases.proceedings.models import Proceeding
from coordination.actions.performing import perform
from coordination.documents.package import take_package
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import periods_of_review
from tests import stories
from tests.coordination.documents.test_package_files import verified
from tests.refusals import invalid_at, refused_for
from tests.stories.basics import running

OFFICER, LEAD, HEAD = "antismuggling.officer", "antismuggling.lead", "antismuggling.head"
PROCURATOR = "procurator"
ORIGIN = {"volume": "证据卷一", "pages": 12, "collected_by": "王某、李某"}
SEND, ACCEPT = ("send", LEAD, {}), ("accept_file", PROCURATOR, {})
RETURN = ("return_case", PROCURATOR, {"reason": "Who paid?"})


def evidence(cast: Any, case: Case, title: str, **given: Any) -> Attachment:
    found: Attachment = stories.attachment(cast, "agency", case, by=OFFICER, title=title, **given)
    return found


def prepared(cast: Any) -> tuple[Referral, Attachment, Attachment]:
    """A file for prosecution with one of two evidence files; the one that goes, and the one that stays."""
    inside = stories.criminal(cast)
    line = stories.suspect(cast, inside)
    goes, stays = evidence(cast, inside.case, "讯问笔录", **ORIGIN), evidence(cast, inside.case, "线人材料")
    given = {"parties": [str(line.party_id)], "files": [str(goes.pk)]}
    return stories.file_for_prosecution(cast, inside=inside, **given), goes, stays


def state(file: Referral) -> tuple[str, str]:
    origin = Proceeding.objects.get(pk=file.origin_id)
    return Referral.objects.get(pk=file.pk).state, origin.state


def listed(file: Referral) -> list[list[tuple[int, str]]]:
    """Number and title of the files of each volume."""
    return [[(row["number"], row["title"]) for row in one.content.get("files", [])] for one in file.packages.all()]


@pytest.mark.slow
@pytest.mark.both_databases
def test_the_file_goes_with_the_proceeding_and_is_frozen(cast: Any) -> None:
    file, goes, stays = prepared(cast)
    assert not Referral.objects.visible_to(cast[PROCURATOR]).filter(pk=file.pk).exists()
    stories.walk(cast, file, [SEND])
    assert state(file) == ("SENT", "TRANSFER_PROS")
    assert running(file.origin) == {"CRM_PROSECUTE"}
    content = file.packages.get().content
    [row] = content["files"]
    assert (row["number"], row["sha256"], row["volume"], row["pages"]) == (1, goes.sha256, "证据卷一", 12)
    assert row["collected_by"] == "王某、李某"
    assert [party["name"] for party in content["parties"]] == [file.parties.get().name]
    assert stays.title not in json.dumps(content, ensure_ascii=False)


@pytest.mark.slow
def test_the_procuratorate_opens_each_file_and_nothing_else(cast: Any) -> None:
    file, goes, stays = prepared(cast)
    stories.walk(cast, file, [SEND])
    browser = cast.browser(PROCURATOR)
    page = browser.get(reverse("referral", args=[file.pk])).text
    assert goes.title in page
    assert stays.title not in page
    for name in ("package_file", "package_file_content", "api-referrals-files-one"):
        assert browser.get(reverse(name, args=[file.pk, goes.pk])).status_code == 200
        assert browser.get(reverse(name, args=[file.pk, stays.pk])).status_code in (403, 404)
        assert cast.browser("commerce.officer").get(reverse(name, args=[file.pk, goes.pk])).status_code in (403, 404)


@pytest.mark.slow
def test_a_supplement_is_a_new_volume_and_the_old_ones_stay(cast: Any, tmp_path: Path) -> None:
    file, goes, stays = prepared(cast)
    stories.walk(cast, file, [SEND, ACCEPT, RETURN])
    assert state(file) == ("RETURNED", "SUPPLEMENTARY")
    assert running(file.origin) == {"CRM_SUPPLEMENT"}
    first = file.packages.get().digest
    with refused_for("unchanged"):
        stories.walk(cast, file, [SEND])
    both = {"files": [str(goes.pk), str(stays.pk)], "title": "File", "report": "The payer is known"}
    stories.walk(cast, file, [("change", OFFICER, both), SEND])
    assert state(file) == ("SENT", "TRANSFER_PROS")
    assert listed(file) == [[(1, "讯问笔录")], [(2, "线人材料")]]
    assert file.packages.first().digest == first
    stories.walk(cast, file, [ACCEPT])
    bundle = take_package(file, actor=cast[PROCURATOR])
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert files["files/01-讯问笔录.pdf"] == stored_content(goes)
    assert "files/02-线人材料.pdf" in files
    assert verified(tmp_path, files) == (0, False)


@pytest.mark.slow
def test_a_case_is_returned_at_most_twice(cast: Any) -> None:
    file, goes, _stays = prepared(cast)
    for said in ("once", "twice"):
        stories.walk(cast, file, [SEND, ACCEPT, RETURN])
        stories.walk(cast, file, [("change", OFFICER, {"title": "File", "report": said})])
    stories.walk(cast, file, [SEND, ACCEPT])
    with refused_for("supplements"):
        stories.walk(cast, file, [RETURN])
    assert listed(file) == [[(1, goes.title)], [], []]


def test_a_proceeding_with_a_prepared_file_is_sent_with_it(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    with refused_for("file"):
        stories.walk(cast, file.origin, [("prosecute_opinion", LEAD, {})])
    assert state(file) == ("DRAFT", "CRIMINAL_CASE")


@pytest.mark.slow
def test_the_file_follows_what_the_police_record_of_the_procuratorate(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    stories.walk(cast, file, [SEND])
    origin = Proceeding.objects.get(pk=file.origin_id)
    stories.walk(cast, origin, [("return", OFFICER, {"reason": "Who paid?"})])
    assert state(file) == ("RETURNED", "SUPPLEMENTARY")
    file = Referral.objects.get(pk=file.pk)
    assert file.to_revise == "Who paid?"
    stories.walk(cast, file, [("change", OFFICER, {"title": "File", "report": "The payer is known"}), SEND])
    stories.walk(cast, Proceeding.objects.get(pk=origin.pk), [("prosecute", OFFICER, {})])
    assert state(file) == ("REPORTED", "PROSECUTED")


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["not_prosecute", "drop", "withdraw"])
def test_the_file_ends_with_the_review(cast: Any, ends: str) -> None:
    file, _goes, _stays = prepared(cast)
    stories.walk(cast, file, [SEND, ACCEPT])
    line = file.origin.suspects.get()
    if ends == "not_prosecute":
        stories.walk(cast, line, [(ends, OFFICER, {"nonprosecution": "statutory", "reason": "No crime"})])
        assert state(file) == ("REPORTED", "NOT_PROSECUTED")
        return
    stories.walk(cast, file, [RETURN])
    file.origin.refresh_from_db()
    if ends == "drop":  # the proceeding is still open: the investigation goes on
        stories.walk(cast, file.origin.suspects.get(), [(ends, LEAD, {"reason": "No crime"})])
        assert state(file) == ("RETURNED", "SUPPLEMENTARY")
    else:
        stories.walk(cast, file.origin, [(ends, LEAD, {"outcome_reason": "No crime"})])
        assert state(file) == ("REPORTED", "WITHDRAWN")


def test_without_a_file_the_proceeding_goes_on_paper_as_before(cast: Any) -> None:
    inside = stories.criminal(cast)
    stories.suspect(cast, inside)
    stories.walk(cast, inside, [("prosecute_opinion", LEAD, {})])
    assert not Referral.objects.filter(kind="prosecution").exists()


@pytest.mark.slow
def test_every_suspect_who_is_investigated_goes_with_the_file(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    stories.suspect(cast, file.origin)
    with refused_for("parties"):
        stories.walk(cast, file, [SEND])
    assert state(file) == ("DRAFT", "CRIMINAL_CASE")


@pytest.mark.slow
def test_only_a_unit_lead_sends_it(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    assert cast.browser(OFFICER).post(reverse("verb", args=["referrals", file.pk, "send"])).status_code == 403
    assert state(file) == ("DRAFT", "CRIMINAL_CASE")


def test_a_proceeding_has_one_open_file_and_it_is_of_the_own_agency(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    again = {"receiver": "SPP", "title": "Another", "report": "Facts", "origin": str(file.origin_id)}
    with refused_for("proceeding"):
        perform(RESOURCES["cases"], cast[OFFICER], Case.objects.get(pk=file.case_id), "prepare_file", again)


def test_the_file_goes_to_a_procuratorate(cast: Any) -> None:
    inside = stories.criminal(cast)
    stories.suspect(cast, inside)
    with invalid_at("/receiver"):
        stories.file_for_prosecution(cast, inside=inside, receiver="GACC")


def test_the_draft_offers_the_proceeding_its_suspects_and_the_procuratorate(cast: Any) -> None:
    inside = stories.criminal(cast)
    line = stories.suspect(cast, inside)
    page = cast.browser(OFFICER).get(reverse("verb", args=["cases", inside.case_id, "prepare_file"])).text
    for chosen in (f'value="{inside.pk}" selected', 'value="SPP" selected'):
        assert chosen in page
    assert f'value="{line.party_id}"' in page


@pytest.mark.slow
def test_sending_signs_the_opinion_for_prosecution_and_the_procuratorate_reads_it(cast: Any) -> None:
    file, goes, _stays = prepared(cast)
    Proceeding.objects.filter(pk=file.origin_id).update(handler=cast[OFFICER].id)
    draft = stories.paper_of(cast, OFFICER, file, "PROSECUTE")
    assert goes.title in draft.body
    assert (draft.to.code, draft.is_ready) == ("SPP", True), draft.left_blank
    assert not Paper.objects.visible_to(cast[PROCURATOR]).filter(pk=draft.pk).exists()
    with refused_for("unread"):
        perform(RESOURCES["referrals"], cast[LEAD], file, "send", {})
    note_reading(draft, cast[LEAD])
    perform(RESOURCES["referrals"], cast[LEAD], file, "send", {})
    issued = Paper.objects.visible_to(cast[PROCURATOR]).get(pk=draft.pk)
    assert issued.state == Paper.State.ISSUED
    bundle = take_package(Referral.objects.get(pk=file.pk), actor=cast[PROCURATOR])
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as package:
        assert "papers/01-PROSECUTE.html" in package.namelist()


@pytest.mark.slow
def test_both_sides_read_the_period_of_the_review_on_the_file(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    stories.walk(cast, file, [SEND])
    for who in (OFFICER, PROCURATOR):
        browser = cast.browser(who)
        assert "Review for prosecution" in browser.get(reverse("referral", args=[file.pk])).text, who
        [period] = browser.get(f"/api/v1/referrals/{file.pk}/").json()["review"]
        assert period["rule"] == "CRM_PROSECUTE"
    stories.walk(cast, file, [ACCEPT, RETURN])
    assert [one.rule.code for one in periods_of_review(file)] == ["CRM_SUPPLEMENT"]


@pytest.mark.slow
def test_an_annulled_sending_is_taken_back_on_both(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    stories.walk(cast, file, [SEND])
    for thing, verb in ((file, "send"), (file.origin, "prosecute_opinion")):
        event = Event.objects.filter(object_id=thing.pk, verb=verb).latest("id")
        given = {"kind": "annul", "paper": "更正〔2026〕1号", "reason": "Sent in error"}
        stories.walk(cast, propose_correction(event, actor=cast[LEAD], **given), [("confirm", HEAD, {})])
    assert state(file) == ("DRAFT", "CRIMINAL_CASE")
    assert not file.packages.exists()
    assert not Referral.objects.visible_to(cast[PROCURATOR]).filter(pk=file.pk).exists()


def test_a_handler_of_the_other_side_of_the_bureau_does_not_see_the_file(cast: Any) -> None:
    file, _goes, _stays = prepared(cast)
    Proceeding.objects.filter(pk=file.origin_id).update(handler=cast[LEAD].id)
    open_proceeding(Case.objects.get(pk=file.case_id), actor=cast[OFFICER], kind="customs")
    seen = {who for who in (OFFICER, LEAD, HEAD) if Referral.objects.visible_to(cast[who]).filter(pk=file.pk).exists()}
    assert seen == {LEAD, HEAD}
