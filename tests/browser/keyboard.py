"""Hands on a keyboard and nothing else: no mouse, and after signing in no address typed."""


class Keyboard:
    """What somebody presses, and what then has the focus."""

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
        """Presses keys that lead to another page, and waits until it stands and listens."""
        self.page.evaluate("window.before = true")
        self.press(*keys)
        self.page.wait_for_function("!window.before && document.readyState === 'complete'")
        return self

    def tabs_to(self, selector: str, *, most: int = 120, back: bool = False) -> "Keyboard":
        """Presses Tab until something that fits has the focus, which must be seen."""
        for _ in range(most):
            self.press("Shift+Tab" if back else "Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                self.is_seen()
                return self
        raise AssertionError(f"no {selector} within {most} steps of Tab on {self.page.url}")

    def is_seen(self) -> None:
        """A browser scrolls to what gets the focus within a frame or two."""
        outlined = "(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0)(getComputedStyle(e))"
        inside = "(b => b.width > 0 && b.bottom > 0 && b.top < innerHeight)(e.getBoundingClientRect())"
        self.page.wait_for_function(f"(e => {outlined} && {inside})(document.activeElement)", timeout=3000)

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.innerText || ''"))

    def at(self, path: str) -> "Keyboard":
        assert path in self.page.url, (path, self.page.url)
        return self
