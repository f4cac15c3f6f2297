"""Every control is reached by Tab, in reading order."""

import pytest

from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Numbers the controls. A group of radio buttons is one stop.
NUMBERED = """(() => {
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')];
  const seen = all.filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0
      && (e.tagName !== 'SUMMARY' || e.parentElement.firstElementChild === e));
  const groups = new Set();
  const stops = seen.filter((e) => e.type !== 'radio' || (!groups.has(e.name) && groups.add(e.name)));
  stops.forEach((e, n) => { e.dataset.stop = n; });
  document.querySelectorAll('[type=radio]').forEach((e) => {
    const first = stops.find((s) => s.name === e.name && s.type === 'radio');
    if (first) e.dataset.stop = first.dataset.stop;
  });
  window.reached = [];
  document.addEventListener('focusin', ({target: {dataset: {stop}}}) => stop && window.reached.push(Number(stop)));
  return stops.map((e) => e.outerHTML.slice(0, 100));
})()"""


def test_every_control_is_reached_in_reading_order(person, cast):
    case = stories.shared_case(cast)
    task = stories.task(cast, "OPEN", case)
    lead = stories.lead(cast)
    transfer = stories.transfer(cast, "HEAD_DECISION", case)
    head = person("en").signs_in("customs.head", stories.PASSWORD)
    hands = Keyboard(head)
    for path in (
        *("/", "/queues/", "/inbox/", "/approvals/", "/leads/", "/cases/", "/referrals/", "/tasks/", "/deadlines/"),
        *(f"/cases/{case.pk}/", f"/tasks/{task.pk}/", f"/leads/{lead.pk}/", f"/referrals/{transfer.pk}/"),
        *("/leads/new/", f"/cases/{case.pk}/do/ask_task/", "/keys/", "/supervision/", "/search/?q=antimony"),
    ):
        head.goes_to(path)
        stops = head.page.evaluate(NUMBERED)
        assert stops
        reached = []
        # A date field has several stops, and the browser adds scrollable regions: some of the keys reach nothing new.
        for _ in range(8 * len(stops)):
            hands.press(*["Tab"] * (len(stops) - len(set(reached))))
            reached = head.page.evaluate("window.reached")
            if len(set(reached)) == len(stops):
                break
        missed = [stops[n] for n in set(range(len(stops))) - set(reached)]
        assert missed == [], path
        assert reached == sorted(reached), path
