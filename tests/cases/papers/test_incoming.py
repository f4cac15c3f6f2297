"""Visibility and transitions of incoming papers."""

from pathlib import Path

import pytest
from django.urls import reverse

from agencies.journal.models import Event, EventNote
from agencies.kernel.errors import TransitionRefused
from cases.papers.actions import add_paper
from cases.papers.models import IncomingPaper
from cases.sharing.actions import share_case
from tests import stories


def read(cast, who, paper, name="incoming"):
    return cast.browser(who).get(reverse(name, args=[paper.pk]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("KEPT", {"customs.lead": 200, "commerce.officer": 404, "centre.coordinator": 404}),
        ("SHARED", {"commerce.officer": 200, "centre.coordinator": 200, "police.officer": 404}),
        ("WITHDRAWN", {"customs.officer": 200, "commerce.officer": 404}),
    ],
)
def test_a_paper_is_private_to_its_agency_until_it_is_shared(cast, state, answers):
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    paper = stories.incoming(cast, state, case)
    for who, status in answers.items():
        assert read(cast, who, paper).status_code == status, who
        assert read(cast, who, paper, "incoming_file").status_code == status, who
        assert cast.browser(who).get(f"/api/v1/incoming/{paper.pk}/").status_code == status, who
        assert cast.browser(who).get(f"/api/v1/incoming/{paper.pk}/file/").status_code == status, who


def test_a_scan_is_downloaded_never_shown_inline_and_not_served_once_changed_on_disk(cast):
    answer = read(cast, "customs.officer", stories.incoming(cast, number="检函 1"), "incoming_file")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(".pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    paper = stories.incoming(cast)
    Path(paper.file.path).write_bytes(b"%PDF-1.4 forged %%EOF")
    answer = read(cast, "customs.officer", paper, "incoming_file")
    assert answer.status_code == 409
    assert "its digest does not match" in answer.content.decode()


@pytest.mark.slow
def test_the_tab_of_the_case_lists_readable_papers(cast):
    case = stories.shared_case(cast)
    stories.incoming(cast, "SHARED", case, title="Shared opinion")
    stories.incoming(cast, "KEPT", case, title="Kept opinion")
    own, other = (
        cast.browser(who).get(reverse("case", args=[case.pk]), {"tab": "papers"}).content.decode()
        for who in ("customs.officer", "commerce.officer")
    )
    assert "Shared opinion" in own
    assert "Kept opinion" in own
    assert "Shared opinion" in other
    assert "Kept opinion" not in other


def test_the_timeline_shows_an_unshared_paper_to_its_agency_only(cast):
    case = stories.shared_case(cast)
    stories.incoming(cast, "KEPT", case, title="Kept opinion")
    own, other = (
        cast.browser(who).get(reverse("case", args=[case.pk]), {"tab": "timeline"}).content.decode()
        for who in ("customs.officer", "commerce.officer")
    )
    assert "recorded an incoming paper" in own
    assert "recorded an incoming paper" not in other


def test_sharing_a_paper_grants_access_and_withdrawing_ends_it(cast):
    paper = stories.incoming(cast, matter=stories.shared_case(cast))
    stories.walk(cast, paper, [("share", "customs.officer", {})])
    assert read(cast, "commerce.officer", paper).status_code == 200
    stories.walk(cast, paper, [("unshare", "customs.officer", {"reason": "not theirs"})])
    assert read(cast, "commerce.officer", paper).status_code == 404


def test_a_withdrawn_paper_keeps_row_and_file_and_may_be_recorded_again(cast):
    case = stories.case(cast)
    paper = stories.incoming(cast, "WITHDRAWN", case, number="N 1")
    assert paper.file.storage.exists(paper.file.name)
    stories.incoming(cast, matter=case, number="N 1")
    assert IncomingPaper.objects.filter(number="N 1").count() == 2


@pytest.mark.slow
def test_a_paper_on_which_a_step_relies_or_of_a_step_on_behalf_is_not_withdrawn(cast):
    stories.recorded_step(cast)
    with pytest.raises(TransitionRefused, match="Correct or annul that step first"):
        stories.walk(cast, IncomingPaper.objects.get(), [("withdraw", "customs.lead", {"reason": "wrong"})])
    paper = stories.incoming(cast)
    event = Event.objects.filter(object_kind="case", stream__subject=paper.case_id).first()
    EventNote.objects.filter(event=event).update(data={"incoming": str(paper.pk)})
    with pytest.raises(TransitionRefused, match="Correct or annul that step first"):
        stories.walk(cast, paper, [("withdraw", "customs.lead", {"reason": "wrong"})])


def test_the_keeper_reads_its_paper_after_losing_the_case(cast):
    case = stories.shared_case(cast)
    paper = add_paper(
        case, actor=cast["commerce.officer"], agency="SPP", number="1", title="Ours",
        dated=case.opened_at.date(), file=stories.scan(),
    )  # fmt: skip
    stories.walk(cast, case, [("unshare", "customs.officer", {"agency": "MOFCOM_SCB", "reason": "done"})])
    answer = read(cast, "commerce.officer", paper)
    assert answer.status_code == 200
    assert case.number not in answer.content.decode()
