"""A real Chromium at the live server. Every console error and every axe violation fails the test."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Axe runs once in each page, and optimising its code takes longer than running it.
    "--js-flags=--always-sparkplug,--no-opt,--no-maglev,--min-semi-space-size=64",
]
AXE = "/static/axe-core/axe.min.js"  # tests/settings.py
# Only violations are read, so nothing is described that passed.
WCAG = """axe.run({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'], selectors: false,
})"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's sync API runs an event loop in this thread, so Django would refuse database access.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


FOLDER = 'main a[href^="/papers/"][href$="/folder/"]'  # the papers that an act issues


class Person:
    """A person with their own browser."""

    def __init__(self, context: BrowserContext, origin: str, errors: list[str]) -> None:
        self.origin = origin
        self.errors = errors
        self.context = context
        self.page: Page = context.new_page()
        self.page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: errors.append(str(error)))

    def signs_in(self, username: str, password: str) -> "Person":
        self.page.goto(f"{self.origin}/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.page.click("main button[type=submit], main form.cv-form button")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        return self

    def goes_to(self, path: str) -> "Person":
        self.page.goto(self.origin + path)
        return self

    def sees(self, text: str) -> None:
        assert text in self.page.inner_text("main"), (text, self.page.url)

    def performs(self, verb: str, *, on: str = "", **answers: str | list[str]) -> None:
        """Opens the page of a verb by its button on this page, fills in the answers and submits.

        `on` is the name of the noun, if several nouns have the verb.
        """
        at_once = f'main form[action^="/{on}"][action*="/do/{verb}/"] button'
        if not answers and self.page.locator(at_once).count():
            self.chooses(at_once)  # which returns to this page
            return
        self.chooses(f'main a[href^="/{on}"][href*="/do/{verb}/"]')
        self.looks_right()
        for name, answer in answers.items():
            self.fill_in(name, answer)
        self.submits("main form.cv-form .cv-actions button")

    def reads_papers(self) -> "Person":
        """Opens the papers that the act of this page issues, and comes back."""
        here = self.page.url
        if self.page.locator(FOLDER).count():
            self.chooses(FOLDER).looks_right()
            self.page.goto(here)
        return self

    def decides(self, verb: str, **answers: str) -> None:
        """Fills in the form of a decision and presses the button of one."""
        for name, answer in answers.items():
            field = f"main form#decide [name={name}]"
            self.unfolds(field)
            self.page.fill(field, answer)
        self.submits(f'main form#decide button[formaction*="verb={verb}"]')

    def unfolds(self, control: str) -> Locator:
        """Opens the folds around the first such control, or the commands of the case that hold it."""
        found = self.page.locator(control).first
        found.evaluate("e => { for (let f = e; (f = f.parentElement.closest('details')); ) f.open = true; }")
        if found.evaluate("e => !!e.closest('dialog:not([open])')"):
            self.page.click("[data-commands] > summary")
        return found

    def chooses(self, control: str) -> "Person":
        """Clicks the first such link or button, whose folds are opened before, and waits for another page."""
        found = self.unfolds(control)
        with self.page.expect_navigation():
            found.click()
        return self

    def submits(self, button: str) -> None:
        """Presses the button of a form, which is sent after its draft is saved, and waits for another page."""
        here = self.page.url
        self.page.click(button)
        self.page.wait_for_url(lambda url: url != here)

    def turns_to(self, name: str) -> "Person":
        """Opens a page by its link in the navigation."""
        link = self.page.locator(f'.cv-nav a[data-name="{name}"]').first
        return self.goes_to(link.get_attribute("href") or "")  # the link may be folded under "More"

    def counts(self, name: str) -> str:
        """The number beside a link of the navigation; "" without one."""
        number = self.page.locator(f'.cv-nav a[data-name="{name}"] .cv-count').first
        return (number.text_content() or "") if number.count() else ""

    def fill_in(self, name: str, answer: str | list[str]) -> None:
        field = self.page.locator(f"main [name={name}]:not([type=hidden])").first
        folded = self.page.locator("main form details:not([open]) > summary")
        if folded.count() and not field.is_visible():
            folded.first.click()
        kind = field.evaluate("e => e.type")
        if kind == "select-one":
            field.select_option(answer)
        elif kind == "checkbox":
            for value in answer if isinstance(answer, list) else [answer]:
                self.page.check(f'main [name={name}][value="{value}"]')
        else:
            field.fill(str(answer))

    def looks_right(self) -> None:
        assert self.violations() == [], self.page.url

    def fits_a_phone(self) -> None:
        """The page does not scroll sideways in a window of 390 pixels."""
        wide = self.page.viewport_size
        self.page.set_viewport_size({"width": 390, "height": 844})
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 390, self.page.url
        self.page.set_viewport_size(wide)

    def violations(self) -> list[str]:
        """The violations of WCAG 2.2 AA that axe finds."""
        self.page.wait_for_load_state()  # a page that has just been opened may have no <head> yet
        self.page.add_script_tag(url=self.origin + AXE)
        found: list[str] = self.page.evaluate(f"{WCAG}.then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))")
        return found


@pytest.fixture
def person(chromium: Browser, live_server: object) -> Iterator[Callable[..., Person]]:
    """person("en") opens a browser. `bypass_csp` allows the script of axe, which the test adds to the page."""
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    def opens(language: str = "en", **options: object) -> Person:
        context = chromium.new_context(locale="zh-CN" if language == "zh-hans" else "en-GB", bypass_csp=True, **options)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": str(live_server)}])
        contexts.append(context)
        return Person(context, str(live_server), errors)

    yield opens
    for context in contexts:
        context.close()
    assert errors == []
