"""Use of pages by keyboard alone: no mouse, and no URLs after sign-in."""


class Keyboard:
    """The keyboard of a person, and the focus of the page."""

    def __init__(self, person) -> None:
        self.person = person
        self.page = person.page

    def press(self, *keys: str) -> "Keyboard":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def types(self, text: str) -> "Keyboard":
        self.page.keyboard.insert_text(text)
        return self

    def goes(self, *keys: str) -> "Keyboard":
        """Presses keys that lead to another page, and waits until it is loaded."""
        self.page.evaluate("window.before = true")
        self.press(*keys)
        self.page.wait_for_function("!window.before && document.readyState === 'complete'")
        return self

    def tabs_to(self, selector: str, *, most: int = 120, back: bool = False) -> "Keyboard":
        """Presses Tab until a matching element has the focus, and checks that the focus is visible."""
        for _ in range(most):
            self.press("Shift+Tab" if back else "Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                self.is_seen()
                return self
        raise AssertionError(f"no {selector} after {most} presses of Tab on {self.page.url}")

    def is_seen(self) -> None:
        """Waits until the focused element is in view: a browser scrolls to it within a frame or two."""
        outlined = "(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0)(getComputedStyle(e))"
        inside = "(b => b.width > 0 && b.bottom > 0 && b.top < innerHeight)(e.getBoundingClientRect())"
        self.page.wait_for_function(f"(e => {outlined} && {inside})(document.activeElement)")

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.innerText || ''"))

    def at(self, path: str) -> "Keyboard":
        assert path in self.page.url, (path, self.page.url)
        return self
