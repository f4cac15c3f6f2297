"""What people read over the API: what is visible to them, in few queries, page by page."""

from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.proceedings.models import Proceeding
from coordination.exchange.tasks.models import Task
from coordination.prevention.diligence.models import Questionnaire
from tests import stories
from tests.costs import costs_no_more

LISTINGS = {name: resource.listing for name, resource in RESOURCES.items() if resource.listing}


def rows(browser, path):
    response = browser.get(path)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def reader(name):
    """Suspects are visible to their investigators; all else here to customs, confirmations to its administrator, and
    changes of the control law to the administrator of the system."""
    special = {"suspects": "antismuggling.officer", "confirmations": "customs.admin", "rule-changes": "sysadmin"}
    special["campaigns"] = "centre.supervisor"  # all of them, also those without members
    special |= {"thresholds": "customs.lead", "exporter-letters": "commerce.officer", "circulars": "commerce.officer"}
    special["releases"] = "antismuggling.lead"  # unit leads and office holders alone
    return special.get(name, "customs.officer")


def make(cast, name):
    """One object of each resource, visible to its reader."""
    maker = {
        "leads": stories.lead,
        "cases": stories.case,
        "proceedings": stories.proceeding,
        "referrals": stories.transfer,
        "tasks": stories.task,
        "notes": stories.note,
        "incoming": stories.incoming,
        "files": stories.attachment,
        "lots": stories.lot,
        "corrections": stories.correction,
        "rule-sets": stories.rule_set,
        "imports": stories.uploaded_import,
        "campaigns": stories.campaign,
        "major-cases": stories.major_case,
        "listings": stories.listing,
        "matches": stories.match,
        "end-use-findings": stories.end_use,
        "customs-queries": stories.customs_query,
        "identifications": stories.identification,
        "licences": stories.licence,
        "exporters": lambda cast: stories.exporter(cast, by="customs.officer"),
        "stops": stories.stop,
        "exporter-letters": stories.exporter_letter,
        "circulars": stories.circular,
        "releases": stories.release,
        "questionnaires": lambda cast: stories.questionnaire(cast, by="customs.lead"),
        "certificates": lambda cast: stories.certificate(cast, by="customs.officer"),
        "inspections": lambda cast: stories.inspection(cast, by="customs.officer"),
        "reviews": lambda cast: stories.review(cast, "REVIEWED", by="customs.officer"),
        "risk-rules": lambda cast: stories.risk_rule(cast, by="customs.lead"),
        "risk-findings": stories.risk_finding,
        "rule-changes": stories.rule_change,
        "thresholds": stories.threshold,
        "suspects": stories.suspect,
        "papers": stories.paper,
        "confidential-letters": stories.confidential,
        "reminders": lambda cast: stories.reminder(cast, by="customs.officer"),
        "instructions": stories.instruction,
        "typical-cases": lambda cast: stories.typical_case(cast),
        "bulletins": lambda cast: stories.bulletin(cast, "ISSUED"),
        "opinion-rounds": stories.opinion_round,
        "opinions": stories.agency_opinion,
        "conferences": stories.conference,
        "confirmations": stories.declared,
        "clocks": lambda cast: Clock.objects.about(stories.lead(cast)).get(),
    }
    return maker[name](cast)


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTINGS)
def test_each_reader_finds_their_own_objects_only(cast, name):
    thing = make(cast, name)
    assert str(thing.pk) in [row["id"] for row in rows(cast.browser(reader(name)), f"/api/v1/{name}/")]
    if name in ("listings", "bulletins"):  # published
        return
    if name == "licences":  # of the bureau and of customs
        assert cast.browser("police.officer").get(f"/api/v1/{name}/").status_code == 403
        return
    if name in ("rule-changes", "thresholds"):  # for those who import rows, and for those who read figures
        assert cast.browser("police.officer").get(f"/api/v1/{name}/{thing.pk}/").status_code == 403
        return
    of_all = [str(one.pk) for one in Questionnaire.objects.filter(agency=None)] if name == "questionnaires" else []
    assert [row["id"] for row in rows(cast.browser("police.officer"), f"/api/v1/{name}/")] == of_all
    assert cast.browser(reader(name)).get(f"/api/v1/{name}/{thing.pk}/").status_code == 200
    answer = cast.browser("police.officer").get(f"/api/v1/{name}/{thing.pk}/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTINGS)
def test_no_row_of_a_list_costs_a_query(cast, name):
    """Over the API and as a page."""
    thing, browser = make(cast, name), cast.browser(reader(name))
    urls = [f"/api/v1/{name}/?size=50", *([reverse(page)] if (page := LISTINGS[name].page) else [])]
    with costs_no_more(browser, *urls):
        for _ in range(29):
            save_again(cast, name, thing)
    assert len(rows(browser, urls[0])) >= 30


def differ_in_prevention(name, thing):
    """What no two rows of a noun of prevention may share."""
    if name == "releases":  # one waits for each agency
        thing.state = "LAPSED"
    if name == "exporters":  # one for each number
        thing.uscc, thing.name = "", f"{thing.name} {stories.serial()}"
    if name == "matches":  # one for each subject and entry
        thing.code = f"L-{stories.serial()}"
    if name == "end-use-findings":  # one of each end user that was not withdrawn
        thing.state = "WITHDRAWN"
    if name == "customs-queries":  # one for each line of a declaration
        thing.line = stories.serial() + 1
    if name == "questionnaires":
        thing.edition = stories.serial()
    if name == "risk-rules":  # one draft for each code
        thing.code, thing.number = f"R-{stories.serial()}", 1
    if name == "risk-findings":  # one stands for each shipment
        thing.state, thing.gone_at = "GONE", thing.created_at


def save_again(cast, name, thing):
    """Another row with the same values, except those that no two rows may share."""
    thing.pk, thing._state.adding = None, True
    thing.pk = type(thing)._meta.pk.default()
    for unique in ("number", "source_ref", "external_number"):
        if getattr(thing, unique, ""):
            setattr(thing, unique, f"{unique} {stories.serial()}")
    if name in ("corrections", "confirmations"):
        thing.state = "WITHDRAWN"  # only one may be open
    if name == "rule-sets":
        thing.number, thing.code, thing.state = stories.serial() + 1, f"GACC-{stories.serial()}", "WITHDRAWN"
    differ_in_prevention(name, thing)
    if name == "typical-cases":  # one stands for each case
        thing.state = "DISCARDED"
    if name == "bulletins":  # one for each period and edition
        thing.edition += 1
    if name == "major-cases":  # a case has one mark at a time
        thing.state, thing.outcome = "ENDED", "partly"
    if name == "listings":
        thing.code, thing.number = f"T-{stories.serial()}", 1
    if name == "opinions":  # an agency has one in a round
        again = thing.round
        again.pk, again._state.adding = uuid4(), True
        again.save()
        thing.round = again
    if name == "papers":
        thing.token = uuid4().hex
    if name == "clocks":
        thing.subject_id = uuid4()
    if name == "cases":
        thing.save()
        thing.shares.create(agency=thing.lead, profile="lead", granted_at=thing.opened_at)
    else:
        thing.save()
    if name == "reminders":  # visible to readers of its items
        thing.items.create(
            sender=thing.sender, kind="task", thing_id=Task.objects.get().pk, late_since=thing.sent_at,
            standing=False,
        )  # fmt: skip
    if name == "confidential-letters":
        thing.named_people.create(user=cast.user("customs.officer"), part="drafter")


def test_pages_lead_to_each_other_and_keep_their_filters(cast):
    made = {str(stories.case(cast).pk) for _ in range(5)}
    browser = cast.browser("customs.officer")
    seen, url, pages = [], "/api/v1/cases/?size=2&lead=GACC&sort=opened", []
    while url:
        answer = browser.get(url).json()
        pages.append(answer)
        seen += [row["id"] for row in answer["results"]]
        url = answer["next"]
    assert (len(pages), len(seen), set(seen)) == (3, 5, made)
    assert pages[0]["previous"] is None
    assert pages[1]["next"].startswith("http://testserver/api/v1/cases/?")
    assert "lead=GACC" in pages[1]["next"]
    assert browser.get(pages[1]["previous"]).json()["results"] == pages[0]["results"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("state=LOST", "/state"),
        ("sort=title", "/sort"),
        ("size=0", "/size"),
        ("size=101", "/size"),
        ("size=x", "/size"),
        ("size=²", "/size"),
        ("size=0001000", "/size"),
        ("size=0001" + "0" * 5000, "/size"),
        ("after=x", "/after"),
        ("after=WyItdXBkYXRlZCIsICJ2IiwgIngiLCAieSJd", "/after"),
        ("before=W10", "/after"),
        ("lead=%00", "/lead"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(cast, query, pointer):
    answer = cast.browser("customs.officer").get(f"/api/v1/cases/?{query}")
    assert answer.status_code == 400, answer.content
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_case_shows_its_contents_only_to_agencies_that_share_them(cast):
    case = stories.shared_case(cast, profile="status")
    full = cast.browser("customs.officer").get(f"/api/v1/cases/{case.pk}/").json()
    status = cast.browser("commerce.officer").get(f"/api/v1/cases/{case.pk}/").json()
    assert full["contents"]["parties"][0]["identifiers"][0]["value"] == "91110000600037341L"
    assert status["contents"] is None
    assert {share["agency"]["code"]: share["profile"] for share in status["shares"]} == {
        "GACC": "lead",
        "MOFCOM_SCB": "status",
    }


def test_a_detail_names_the_verbs_that_are_open_to_its_reader(cast):
    case = stories.shared_case(cast)
    data = cast.browser("customs.officer").get(f"/api/v1/cases/{case.pk}/").json()
    verbs = {verb["verb"]: verb["url"] for verb in data["verbs"]}
    assert verbs["share"] == f"/api/v1/cases/{case.pk}/share/"
    assert "close" not in verbs
    assert "handle" not in verbs
    assert (data["version"], data["state"]) == (case.version, "OPENED")
    supervisor = cast.browser("centre.supervisor").get(f"/api/v1/cases/{case.pk}/").json()
    assert supervisor["verbs"] == []
    assert supervisor["contents"] is not None


def test_a_proceedings_inside_stays_in_its_agency(cast):
    line = stories.decision(cast)
    case = Case.objects.get(proceedings=line.proceeding_id)
    stories.walk(cast, case, [("share", "customs.officer", {"agency": "MOFCOM_SCB", "profile": "full", "reason": "x"})])
    own = cast.browser("customs.officer").get(f"/api/v1/proceedings/{line.proceeding_id}/").json()
    other = cast.browser("commerce.officer").get(f"/api/v1/proceedings/{line.proceeding_id}/").json()
    assert own["inside"]["decisions"][0]["id"] == str(line.pk)
    assert other["inside"] is None
    assert other["handler"]["phone"]
    assert cast.browser("customs.officer").get(f"/api/v1/decisions/{line.pk}/").json()["state"] == "OPEN"
    assert cast.browser("commerce.officer").get(f"/api/v1/decisions/{line.pk}/").status_code == 404


def test_a_transfer_opens_to_its_receiver_step_by_step(cast):
    transfer = stories.transfer(cast, "APPROVED")
    receiver, path = cast.browser("antismuggling.officer"), f"/api/v1/referrals/{transfer.pk}/"
    assert receiver.get(path).status_code == 404
    stories.walk(cast, transfer, [("deliver", "customs.officer", {})])
    envelope = receiver.get(path).json()
    assert envelope["sight"] == "envelope"
    assert "packages" not in envelope
    assert rows(receiver, "/api/v1/referrals/")[0]["title"] == ""
    stories.walk(cast, transfer, [("accept", "antismuggling.officer", {})])
    package = receiver.get(path).json()
    assert package["packages"][0]["content"]["items"][0]["description"] == "锑锭"
    assert "report" not in package
    assert rows(receiver, "/api/v1/referrals/")[0]["title"] == transfer.title
    assert cast.browser("customs.officer").get(path).json()["sight"] == "full"


def test_a_colleague_is_named_and_a_foreign_officer_is_not(cast):
    task = stories.task(cast, "CLAIMED")
    path = f"/api/v1/tasks/{task.pk}/"
    assert cast.browser("commerce.officer").get(path).json()["assignee"]
    assert cast.browser("customs.officer").get(path).json()["assignee"] == ""


def test_a_case_links_to_the_lists_of_its_parts(cast):
    matter = stories.case(cast)
    proceeding = stories.proceeding(cast, matter=matter)
    stories.proceeding(cast)
    browser = cast.browser("customs.officer")
    links = browser.get(f"/api/v1/cases/{matter.pk}/").json()["links"]
    assert [row["id"] for row in rows(browser, links["proceedings"])] == [str(proceeding.pk)]
    assert Proceeding.objects.count() == 2


@pytest.mark.slow
def test_other_peoples_cases_change_no_byte(cast):
    stories.shared_case(cast)
    browser = cast.browser("commerce.officer")
    sorts = {name: next(iter(listing.sorts)) for name, listing in LISTINGS.items()}
    names = [name for name in LISTINGS if RESOURCES[name].permission.allows(cast["commerce.officer"])]
    paths = [f"/api/v1/{name}/{query}" for name in names for query in ("", "?size=1", f"?sort={sorts[name]}")]
    before = [browser.get(path).content for path in paths]
    for _ in range(5):
        stories.case(cast)
        stories.transfer(cast)
        stories.proceeding(cast)
    assert [browser.get(path).content for path in paths] == before
