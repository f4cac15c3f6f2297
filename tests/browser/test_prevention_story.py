"""Prevention from a list to a determination: everything that agencies do about one exporter before goods leave.

The commerce bureau finds a listed buyer, warns the exporter once the police release the letter, reviews and inspects
it, and has customs stop its goods; customs query them, and the bureau identifies them. The centre counts it all. The
police of economic crime, who take no part, see not one byte of it.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.people.models import User
from cases.casefile.models import Case, Determination
from cases.intake.models import Lead
from cases.watchlists.spreadsheet import COLUMNS
from coordination.insight.campaigns.models import Campaign
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.registry import METRICS
from coordination.insight.search.actions import index_changed
from coordination.insight.supervision.prevention import PROSECUTION
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.customsqueries.models import CustomsQuery
from coordination.prevention.diligence.models import Review
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.identifications.models import Identification
from coordination.prevention.inspections.models import Inspection
from coordination.prevention.screening.actions import follow_changes
from coordination.prevention.screening.models import Match
from coordination.prevention.stops.models import Stop
from coordination.prevention.warnings.models import ExporterLetter, Release
from tests import stories
from tests.stories.diligence import in_days
from tests.stories.exporter_letters import NAME
from tests.stories.exporters import USCC
from tests.stories.screening import HUARUI

from .conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

SUBMIT = "main form.cv-form .cv-actions button"
DECLARED = "530120260000000123"
REASON = "侦查不受影响"
# Each language plays another ground of the stop notice: DUR arts. 14(3), 25.
GROUNDS = {"en": "catch_all", "zh-hans": "changed"}


@pytest.fixture
def people(person, language):
    """people("customs.officer") is the same person each time, with a browser of their own."""
    words.language = language
    return cache(lambda username: person(language).signs_in(username, stories.PASSWORD))


def words(text: str) -> str:
    """A text of the product in the language that is played."""
    with translation.override(words.language):
        return _(text)


def of(username: str) -> str:
    return str(User.objects.get(username=username).pk)


def looks_right(who: Person) -> None:
    who.looks_right()
    who.fits_a_phone()


def turns(who: Person, name: str, thing: Any) -> Person:
    """Goes to an object by the list of its noun in the navigation."""
    who.turns_to(name).looks_right()
    return who.chooses(f'main a[href*="/{thing.pk}/"]')


def fills_sheet(who: Person, sheet: str, **cells: str) -> None:
    """Fills in a form with one line for each row and submits it."""
    who.chooses(f'main a[href$="/{sheet}/"]').looks_right()
    for name, value in cells.items():
        who.fill_in(name, value)
    who.submits(SUBMIT)


# The list and the match ----------------------------------------------------------------------------------------------
def open_case(people) -> Case:
    """An officer of the bureau enters a lead by hand and makes a case of it, which customs reads too."""
    officer = people("commerce.officer").goes_to("/leads/new/")
    report = {"title": "Gallium for an unknown buyer", "report_type": "tip_off", "handling_code": "H1"}
    parties = {
        **{"parties-0-name": NAME, "parties-0-role": "exporter", "parties-0-country": "CHN"},
        **{"parties-0-scheme_1": "USCC", "parties-0-value_1": USCC},
        **{"parties-1-name": "华锐重工有限公司", "parties-1-role": "consignee", "parties-1-country": "JPN"},
    }
    goods = {"items-0-description": "金属镓", "items-0-declared_as": "铝锭", "items-0-hs_code": "8112929010"}
    goods |= {"items-0-net_weight_kg": "400"}
    shipment = {"shipments-0-declaration_no": DECLARED, "shipments-0-route": "CHN JPN"}
    officer.page.click("main button[name=add][value=parties]")
    for name, answer in {**report, **parties, **goods, **shipment}.items():
        officer.fill_in(name, answer)
    officer.submits(SUBMIT)
    lead = Lead.objects.latest("created_at")
    officer.performs("take_up", on=f"leads/{lead.pk}")
    officer.performs("promote", violation_types=["concealment"])
    case = Case.objects.get(leads=lead)
    officer.goes_to(f"/cases/{case.pk}/").performs("share", agency="GACC", profile="full", reason="DUR art. 22")
    return case


def find_match(people, case: Case, tmp_path: Path) -> None:
    """The unit lead imports an entry; the officer compares both sides and decides."""
    lead = people("commerce.lead")
    lead.turns_to("listings").looks_right()
    lead.chooses('main a[href="/listings/import/"]').looks_right()
    row = HUARUI | {"code": "CTRL-1"}
    table = tmp_path / "list.csv"
    table.write_text("\n".join([",".join(COLUMNS), ",".join(row.get(name, "") for name in COLUMNS)]), encoding="utf-8")
    lead.page.set_input_files("main [name=file]", str(table))
    lead.chooses(SUBMIT).looks_right()
    lead.chooses("main [name=go]")
    follow_changes()
    match = Match.objects.get(case=case)
    officer = turns(people("commerce.officer"), "matches", match)
    looks_right(officer)
    officer.fill_in("because", "同一登记机关，同一船舶编号。")
    officer.chooses('main button[formaction*="/do/same/"]')
    match.refresh_from_db()
    assert match.state == Match.State.SAME


def register_exporter(people, case: Case) -> Exporter:
    """From the party of the case, whose name and number the form knows."""
    officer = people("commerce.officer").goes_to(f"/cases/{case.pk}/")
    party = case.parties.get(role="exporter")
    officer.chooses(f'main a[href$="/do/register_exporter/?party={party.pk}"]').looks_right()
    officer.submits(SUBMIT)
    exporter = Exporter.objects.get(agency__code="MOFCOM_SCB", uscc=USCC)
    assert (exporter.name, f"/exporters/{exporter.pk}/" in officer.page.url) == (NAME, True)
    looks_right(officer)
    officer.sees(case.number)
    return exporter


# The warning letter --------------------------------------------------------------------------------------------------
def write_warning(people, exporter: Exporter) -> ExporterLetter:
    """Written, read by a second person, and decided; then it waits, and nobody in the bureau learns for whom."""
    officer, lead = people("commerce.officer"), people("commerce.lead")
    officer.goes_to(f"/exporters/{exporter.pk}/").performs(
        *("write_warning",),
        title="关于规范两用物项出口申报的警示函",
        text="请自查申报品名，建立内部合规制度，并书面回复。",
        remark="申报记录见台账。",
    )
    officer.performs("finish")
    letter = ExporterLetter.objects.get(exporter=exporter)
    officer.goes_to(f"/exporter-letters/{letter.pk}/")
    officer.sees(words("You wrote or handled this letter. Another person of your agency does this."))
    turns(lead, "exporter_letters", letter).performs("confirm")
    lead.performs("send", due_at=f"{in_days(15)}T17:00")
    letter.refresh_from_db()
    assert letter.state == ExporterLetter.State.AWAITS_RELEASE
    officer.goes_to(f"/exporter-letters/{letter.pk}/").looks_right()
    officer.sees(words("Waits for release by another agency"))
    return letter


def release_letter(people, letter: ExporterLetter) -> None:
    """The bureau that investigates the exporter finds the request on its list and gives a reason, which stays there."""
    release = Release.objects.get(letter=letter)
    police = turns(people("antismuggling.lead"), "releases", release)
    looks_right(police)
    police.sees(NAME)
    police.performs("release", reason=REASON)
    letter.refresh_from_db()
    assert letter.state == ExporterLetter.State.RELEASED
    for username in ("commerce.officer", "commerce.lead", "commerce.head"):
        written = people(username).goes_to(f"/exporter-letters/{letter.pk}/").page.content()
        for secret in (REASON, release.agency.name_zh, release.agency.name_en, "/releases/"):
            assert secret not in written, (username, secret)


def serve_letter(people, letter: ExporterLetter) -> None:
    """Sent, served with its proof, answered, and closed with what follows."""
    officer, lead = people("commerce.officer"), people("commerce.lead")
    lead.goes_to(f"/exporter-letters/{letter.pk}/").performs("send", due_at=f"{in_days(15)}T17:00")
    today = times.today().isoformat()
    officer.goes_to("/").looks_right()
    officer.chooses(f'main a[href*="/exporter-letters/{letter.pk}/"]')
    officer.performs("serve", served_on=today, served_by="post", service_proof="EMS 1030 0000 0001")
    officer.performs("answer", answered_on=today, answer="我公司已停止以“铝锭”名义申报金属镓。")
    officer.performs("close", follow_up="due_diligence")
    looks_right(officer)
    letter.refresh_from_db()
    assert (letter.state, letter.service_proof) == ("CLOSED", "EMS 1030 0000 0001")


# Due diligence and inspection ----------------------------------------------------------------------------------------
def review_exporter(people, exporter: Exporter) -> None:
    """A gap is the officer's task until the exporter has closed it and the officer has checked that."""
    officer = people("commerce.officer").goes_to(f"/exporters/{exporter.pk}/")
    officer.performs("begin_review")
    review = Review.objects.get(exporter=exporter)
    officer.performs("send", sent_by="post", due_on=in_days(20).isoformat())
    fills_sheet(officer, "answers", answered_by="exporter", answer_0="no", paper_1="证明〔2026〕1号")
    cells = {f"verdict_{place}": "in_order" for place in range(review.answers.count())}
    gap = {"verdict_0": "gap", "gap_0": "没有筛查记录", "due_on_0": in_days(10).isoformat()}
    fills_sheet(officer, "findings", **cells | gap)
    looks_right(officer)
    officer.goes_to("/queues/").chooses(f'main a[href*="/reviews/{review.pk}/"]')
    found = review.gaps.get()
    officer.sees(found.what)
    officer.sees(words("A gap is still open. Each is checked again and closed first."))
    officer.performs("report_gap", report="已建立筛查记录。", report_paper="合规〔2026〕8号")
    officer.performs("close_gap", check_remark="抽查十笔交易，均有记录。")
    officer.performs("close", conclusion="内部合规制度已建立。")
    looks_right(officer)
    review.refresh_from_db()
    found.refresh_from_db()
    assert (review.state, found.state) == ("CLOSED", "CLOSED")


def inspect_exporter(people, exporter: Exporter) -> None:
    """Two officers show their certificates; what they find gives rise to the stop."""
    officer = people("commerce.officer").goes_to(f"/exporters/{exporter.pk}/")
    officer.performs(
        *("plan_inspection",),
        site="深圳市南山区科技路1号", basis="review",
        starts_on=times.today().isoformat(), ends_on=in_days(5).isoformat(),
        first_certificate="商务执法 310115", second_officer=of("commerce.lead"), second_certificate="商务执法 310102",
        checklist="许可证与实际出口\n库存与台账",
    )  # fmt: skip
    inspection = Inspection.objects.get(exporter=exporter)
    looks_right(officer)
    people("commerce.lead").goes_to("/queues/").chooses(f'main a[href*="/inspections/{inspection.pk}/"]')
    officer.performs("start", present=[of("commerce.officer"), of("commerce.lead")], shown_to="陈立，合规总监")
    found = {"finding_0": "in_order", "finding_1": "found", "remark_1": "库存较台账少 400 千克"}
    fills_sheet(officer, "findings", minutes="现场盘点库存。", **found)
    officer.performs("close", follow_up="none")
    looks_right(officer)
    inspection.refresh_from_db()
    assert inspection.state == Inspection.State.CLOSED


# Stop, query, identification, determination --------------------------------------------------------------------------
def stop_goods(people, case: Case, ground: str) -> Stop:
    """Drafted on the case, approved by the responsible person; customs see it and hold the goods."""
    officer = people("commerce.officer").goes_to(f"/cases/{case.pk}/")
    officer.performs("send_stop", customs="GACC", ground=ground, fact="最终用户证明所载用户不存在。")
    stop = Stop.objects.get(case=case)
    assert (stop.declaration_no, stop.exporter, stop.exporter_code) == (DECLARED, NAME, USCC)
    looks_right(officer)
    officer.performs("submit")
    head = people("commerce.head").goes_to("/approvals/")
    looks_right(head)
    head.submits('main form#decide button[formaction*="approve"]')
    customs = people("customs.officer").goes_to("/")
    customs.chooses(f'main a[href*="/stops/{stop.pk}/"]').looks_right()
    customs.performs("see")
    customs.performs("hold")
    looks_right(customs)
    stop.refresh_from_db()
    assert (stop.state, stop.hold.until) == (Stop.State.HELD, None)
    return stop


def query_goods(people, case: Case, stop: Stop) -> CustomsQuery:
    """Customs query the declared line, which the case knows, and ask the bureau to identify the goods."""
    officer, lead = people("customs.officer"), people("customs.lead")
    officer.performs("query")
    officer.chooses(f'main a[href^="/cases/{case.pk}/"]')
    item = case.items.get()
    officer.chooses(f'main a[href$="/do/query_goods/?item={item.pk}"]').looks_right()
    line = {"line": "1", "declared_on": times.today().isoformat(), "destination": "JPN"}
    for name, answer in {**line, "evidence": "货物密度与铝不符。", "papers_asked": ["contract", "test_report"]}.items():
        officer.fill_in(name, answer)
    officer.submits(SUBMIT)
    query = CustomsQuery.objects.get(case=case)
    assert (query.declaration_no, query.exporter, query.goods) == (DECLARED, NAME, "铝锭")
    turns(lead, "customs_queries", query).performs("issue")
    officer.goes_to(f"/customs-queries/{query.pk}/").performs(
        "serve", service_way="counter", paper="送达回证〔2026〕7号"
    )
    officer.performs("record_answer", reply="货物为铝。", papers_received=["contract"])
    looks_right(officer)
    officer.performs("ask_identification", goods="金属镓", question="是否属于两用物项？")
    return query


def identify_goods(people, case: Case, query: CustomsQuery) -> None:
    """The bureau gives its opinion; a person of customs determines the item of the case by it, and ends the query."""
    request = Identification.objects.get(query=query)
    turns(people("commerce.officer"), "identifications", request).performs("receive")
    lead = people("commerce.lead").goes_to(f"/identifications/{request.pk}/")
    lead.performs("give_opinion", finding="controlled", control_code="3C001", reasons="检测为纯度 99.99% 的金属镓。")
    looks_right(lead)
    customs = turns(people("customs.officer"), "identifications", request)
    customs.chooses(f'main a[href^="/cases/{case.pk}/do/identify_item/"]').looks_right()
    customs.fill_in("reason", "与检测报告一致。")
    customs.submits(SUBMIT)
    looks_right(customs)
    found = Determination.objects.get(item__case=case)
    assert (found.decided_by.username, found.control_code) == ("customs.officer", "3C001")
    assert request.number in found.evidence
    chief = people("customs.lead").goes_to(f"/customs-queries/{query.pk}/")
    chief.performs("licence_needed", reason="经鉴别属于管制物项，须经许可。")
    chief.performs("tell_result", told_way="system")
    looks_right(chief)
    query.refresh_from_db()
    assert (query.state, bool(query.told_at)) == (CustomsQuery.State.LICENCE_NEEDED, True)


# What others see -----------------------------------------------------------------------------------------------------
# What a request has of its own: form token, key, and the minute of reading, which may be that of an entry.
OF_THE_REQUEST = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{32}(?![0-9a-f-])|data-fresh="[^"]+"|\d{4}-\d\d-\d\d \d\d:\d\d'
)
NOUNS = (
    *("exporters", "exporter-letters", "releases", "reviews", "inspections", "certificates", "matches", "stops"),
    *("customs-queries", "identifications", "cases", "leads", "inbox"),
)
PUBLISHED = "/listings/"  # every agency reads the control list


def pages_of(outsider: Person, own: Exporter) -> dict[str, str]:
    """What the outsider reads: home, every page of the navigation, search, the own entry of the exporter, and the lists
    of the API."""
    index_changed()
    drain()
    outsider.goes_to("/")
    links = outsider.page.locator(".cv-nav a[data-name]").evaluate_all("all => all.map(e => e.getAttribute('href'))")
    searched = [f"/search/?q={text}" for text in (NAME, USCC, DECLARED, "金属镓")]
    of_api = [f"/api/v1/{noun}/" for noun in NOUNS] + [f"/api/v1/search/?q={USCC}"]
    addresses = {*links, *searched, *of_api, f"/exporters/{own.pk}/"} - {PUBLISHED}
    return {address: _read(outsider, address) for address in sorted(addresses)}


def _read(outsider: Person, address: str) -> str:
    """The status and the text, without what is of the request."""
    answer = outsider.context.request.get(outsider.origin + address)
    return OF_THE_REQUEST.sub("", f"{answer.status} {answer.text()}")


def sees_nothing(outsider: Person, things: list[tuple[str, Any]]) -> None:
    """No address of the story leads the outsider anywhere, on pages or in the API."""
    for noun, thing in things:
        for address in (f"/{noun}/{thing.pk}/", f"/api/v1/{noun}/{thing.pk}/"):
            assert outsider.context.request.get(outsider.origin + address).status == 404, address


# The figures ---------------------------------------------------------------------------------------------------------
COUNTED = (
    *("letters_sent", "letters_answered", "reviews_answered", "review_gaps_closed", "inspections_done", "stops_held"),
    *("queries_licence_needed", "identifications_controlled", "screening_matches_decided"),
)


def count_prevention(people, campaign: Campaign) -> None:
    """Beside the prosecutions of the period, for all and for the cases of a campaign on gallium."""
    follow()
    supervisor = people("centre.supervisor").goes_to("/supervision/")
    supervisor.chooses('main a[href^="/supervision/prevention/"]')
    looks_right(supervisor)
    counted = figures_on(supervisor)
    assert {key: counted[key] for key in (*COUNTED, *PROSECUTION)} == dict.fromkeys(COUNTED, "1") | {
        "cases_opened": "2", "transferred": "1", "crm_filed": "1", "arrests": "0", "prosecuted": "0", "convicted": "0",
    }  # fmt: skip
    supervisor.turns_to("campaigns").chooses(f'main a[href="/campaigns/{campaign.pk}/"]').looks_right()
    supervisor.chooses('main a[href*="campaign="][href^="/supervision/"]')
    supervisor.chooses('main a[href^="/supervision/prevention/"]').looks_right()
    counted = figures_on(supervisor)
    assert (counted["cases_opened"], counted["stops_held"], counted["queries_licence_needed"]) == ("1", "1", "1")


def figures_on(who: Person) -> dict[str, str]:
    """The value of the period by the key of the figure, from the table that compares it with the one before."""
    rows = who.page.locator("#prevention-table tbody tr")
    texts = rows.evaluate_all("all => all.map(e => [...e.cells].slice(0, 2).map(one => one.innerText.trim()))")
    with translation.override(words.language):
        named = {str(one.name): key for key, one in METRICS.items()}
    return {named[name]: value for name, value in texts}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_prevention_from_a_changed_list_to_a_determination(people, cast, language, tmp_path):
    stories.investigated(cast)
    campaign = stories.campaign(cast)
    own = stories.exporter(cast, by="police.officer")
    outsider = people("police.officer")
    before = pages_of(outsider, own)
    case = open_case(people)
    find_match(people, case, tmp_path)
    exporter = register_exporter(people, case)
    letter = write_warning(people, exporter)
    release_letter(people, letter)
    serve_letter(people, letter)
    review_exporter(people, exporter)
    inspect_exporter(people, exporter)
    stop = stop_goods(people, case, GROUNDS[language])
    query = query_goods(people, case, stop)
    identify_goods(people, case, query)
    count_prevention(people, campaign)
    after = pages_of(outsider, own)
    assert [address for address in before if before[address] != after[address]] == []
    made = [
        *[("exporters", exporter), ("exporter-letters", letter), ("releases", letter.releases.get()), ("stops", stop)],
        *[("reviews", exporter.reviews.get()), ("inspections", Inspection.objects.get(exporter=exporter))],
        *[("matches", Match.objects.get(case=case)), ("customs-queries", query)],
        *[("identifications", Identification.objects.get(query=query)), ("cases", case), ("leads", case.leads.get())],
    ]
    sees_nothing(outsider, made)
