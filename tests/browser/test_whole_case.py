"""A whole case through pages only, by eight people, from a lead entered by hand to the goods at the police.

It prints how many clicks and pages that takes; it took 95 and 55 when every remark had a page.
"""

import sys

import pytest

from agencies.people.models import User
from cases.casefile.models import Case
from cases.custody.models import GoodsLot
from cases.intake.models import Lead
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.models import Referral
from tests import stories

from .conftest import FOLDER
from .counting import Counter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBMIT = "main form.cv-form .cv-actions button"


class Walk(Counter):
    """A person who reaches each page by links. `pages` are the pages that were opened so far."""

    def __init__(self, person) -> None:
        super().__init__(person)
        self.pages = 0
        person.page.on("framenavigated", self._opened)

    def _opened(self, frame) -> None:
        self.pages += frame.parent_frame is None

    def at(self, path: str) -> "Walk":
        """Goes there by a link of this page or of home; otherwise by its address, which counts as a click too."""
        page = self.person.page
        if page.url.split("#")[0].split("?")[0].endswith(path):
            page.reload()  # others have acted since
            return self
        for _try in range(2):
            link = page.locator(f'main a[href^="{path}"]:not([href*="/do/"])')
            if link.count():
                self.opens(f'main a[href^="{path}"]:not([href*="/do/"])')
                return self
            self.count += 1
            self.person.goes_to("/")
        self.person.goes_to(path)
        self.count += 1
        return self

    def does(self, verb: str, *, on: str = "", **answers: str | list[str]) -> "Walk":
        """Performs an action of this page: at once, or with the fields of its own page."""
        at_once = f'main form[action*="/{on}"][action*="/do/{verb}/"] button'
        if not answers and self.person.page.locator(at_once).count():
            self.opens(at_once)
            return self
        self.opens(f'main a[href*="/{on}"][href*="/do/{verb}/"]')
        self.fills(**answers)
        self.person.looks_right()
        self.opens(SUBMIT)
        return self

    def fills(self, **answers: str | list[str]) -> "Walk":
        for name, answer in answers.items():
            field = self.person.page.locator(f"main [name={name}]:not([type=hidden])").first
            if field.evaluate("e => e.type") in ("select-one", "checkbox"):
                for one in [answer] if isinstance(answer, str) else answer:
                    self.chooses(name, one)
            else:
                self.types(name, str(answer))
        return self


@pytest.fixture
def walks(person):
    """walks("customs.officer") is the same person each time."""
    found: dict[str, Walk] = {}

    def of(username: str) -> Walk:
        if username not in found:
            found[username] = Walk(person(of.language).signs_in(username, stories.PASSWORD))
        return found[username]

    of.language, of.all = "en", found
    return of


def ids(*usernames: str) -> list[str]:
    return [str(User.objects.get(username=one).pk) for one in usernames]


def enter_lead_and_open_case(walks):
    """The officer enters a lead by hand, takes it up and makes a case of it with its proceeding."""
    officer = walks("customs.officer").at("/leads/new/")
    officer.fills(title="Gallium declared as aluminium", report_type="tip_off", handling_code="H1")
    officer.fills(**{"parties-0-name": "Company Jia", "parties-0-role": "exporter", "items-0-description": "Gallium"})
    officer.fills(**{"items-0-net_weight_kg": "3.9吨", "items-0-value": "20万元", "items-0-declared_as": "Aluminium"})
    officer.opens(SUBMIT)
    lead = Lead.objects.get()
    officer.at(f"/leads/{lead.pk}/").does("promote", violation_types=["concealment"])
    case = Case.objects.get()
    officer.at(f"/cases/{case.pk}/").does("open_proceeding", kind="customs")
    own = case.proceedings.get()
    walks("customs.lead").at(f"/proceedings/{own.pk}/").does("file", external_number="沪关缉违字〔2026〕1号")
    officer.at(f"/proceedings/{own.pk}/").does("investigate", team=ids("customs.officer", "customs.lead"))
    return case, own


def secure_goods_and_evidence(walks, case, own):
    """The goods are taken into custody and detained, and three files are attached."""
    officer = walks("customs.officer").at(f"/cases/{case.pk}/")
    officer.does("take_goods", description="Drums", quantity="3900", unit="kg", location="Yangshan", paper="沪关扣1号")
    lot = GoodsLot.objects.get()
    officer.at(f"/proceedings/{own.pk}/").does(
        *("order_measure",),
        measure="detention", lots=[str(lot.pk)], authority="Head", paper="沪关扣1号", reason="Evidence",
    )  # fmt: skip
    officer.at(f"/cases/{case.pk}/").does("add_act", title="False declaration", parties=[str(case.parties.get().pk)])
    officer.at(f"/cases/{case.pk}/").opens('main a[href*="/do/attach_file/"]')
    officer.chooses("audience", "case")
    sent = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": f"Record {n}".encode()} for n in (1, 2, 3)]
    officer.person.page.set_input_files("[name=file]", sent)
    officer.count += 1
    officer.opens("main form.cv-form button.cv-btn-primary")
    assert case.attachments.count() == 3


def share_and_ask_for_an_opinion(walks, case):
    officer = walks("customs.officer").at(f"/cases/{case.pk}/")
    officer.does("share", agency="MOFCOM_SCB", profile="full", reason="Control law")
    officer.at(f"/cases/{case.pk}/").does(
        *("ask_opinions",), title="Controlled?", text="Is it controlled?", agencies=["MOFCOM_SCB"]
    )
    opinion = Opinion.objects.get()
    for username, verb in (("commerce.officer", "draft"), ("commerce.lead", "review"), ("commerce.head", "give")):
        answers = {"stance": "concur"} if verb == "draft" else {}
        walks(username).at(f"/opinions/{opinion.pk}/").does(verb, **answers)
    opinion.refresh_from_db()
    assert opinion.state == Opinion.State.GIVEN


def draft_return_and_approve(walks, case):
    """The head returns the report once, and then signs the matter with its papers."""
    officer, head = walks("customs.officer"), walks("customs.head")
    officer.at(f"/cases/{case.pk}/").does(
        *("draft_transfer",),
        offence="SMUG_PROHIBITED", receiver="GACC_ASB", title="Suspected smuggling of gallium", report="Facts.",
        team=ids("customs.officer", "customs.lead"), files=[str(file.pk) for file in case.attachments.all()],
    )  # fmt: skip
    transfer = Referral.objects.get()
    if transfer.state == Referral.State.DRAFT_REPORT:
        officer.at(f"/referrals/{transfer.pk}/").does("submit")
    head.at("/approvals/").fills(remark="Name the quantity.").opens('main form#decide button[formaction*="revise"]')
    officer.at(f"/referrals/{transfer.pk}/").does("edit", report="Facts: 3.9 t of gallium.")
    transfer.refresh_from_db()
    if transfer.state == Referral.State.DRAFT_REPORT:
        officer.at(f"/referrals/{transfer.pk}/").does("submit")
    head.at("/").at("/approvals/").opens('main a[href*="/folder/"]').opens('main a[href*="/approvals/"]')
    head.opens('main form#decide button[formaction*="approve"]')
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.APPROVED
    return transfer


def hand_over_and_file(walks, transfer):
    """One step of the unit lead; the receipt, the filing with its notice, and the goods."""
    path = f"/referrals/{transfer.pk}/"
    walks("customs.lead").at(path).does("deliver")
    walks("antismuggling.officer").at(path).does("accept")
    chief = walks("antismuggling.head").at(path).opens('main a[href*="/do/file/"]')
    if chief.person.page.locator(FOLDER).count():
        chief.opens(FOLDER).at(path).opens('main a[href*="/do/file/"]')
    chief.fills(external_number="海缉立〔2026〕1号").opens(SUBMIT)
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.FILED


def end_own_proceeding(walks, case, transfer, own):
    path = f"/referrals/{transfer.pk}/"
    walks("customs.officer").at(path).does("confirm_receipt")
    walks("customs.officer").at(path).does("hand_goods")
    walks("customs.lead").at(f"/cases/{case.pk}/").does(
        *("transfer",), on="proceedings", outcome_reason="Filed by the police."
    )
    own.refresh_from_db()
    assert own.outcome


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_case_from_a_lead_by_hand_to_the_goods_at_the_police(walks, cast, language, capsys):
    walks.language = language
    case, own = enter_lead_and_open_case(walks)
    secure_goods_and_evidence(walks, case, own)
    share_and_ask_for_an_opinion(walks, case)
    transfer = draft_return_and_approve(walks, case)
    hand_over_and_file(walks, transfer)
    end_own_proceeding(walks, case, transfer, own)
    clicks, pages = (sum(getattr(one, name) for one in walks.all.values()) for name in ("count", "pages"))
    with capsys.disabled():
        sys.stdout.write(f"\n{language}: {clicks} clicks, {pages} pages, {len(walks.all)} people\n")
