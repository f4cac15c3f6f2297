"""Counts what a person does with the mouse or the keys Enter and Space: links, buttons, choices and boxes. Typing does
not count."""

FOLDS = """e => {
    let n = !!e.closest('dialog:not([open])');
    for (let f = e; (f = f.parentElement.closest('details')); ) n += !f.open;
    return Number(n);
}"""


class Counter:
    """Goes through pages as a person does. `count` are the activations so far."""

    def __init__(self, person) -> None:
        self.person = person
        self.count = 0

    def opens(self, control: str) -> "Counter":
        """Activates a link or button that leads to another page. Each closed fold around it counts too."""
        found = self.person.page.locator(control).first
        self.count += 1 + found.evaluate(FOLDS)
        self.person.chooses(control)
        return self

    def chooses(self, name: str, value: str) -> "Counter":
        """Chooses an option or ticks a box that is not chosen yet."""
        field = self.person.page.locator(f"main [name={name}]:not([type=hidden])").first
        if field.evaluate("e => e.type") == "checkbox":
            box = self.person.page.locator(f'main [name={name}][value="{value}"]')
            if not box.is_checked():
                self.count += 1
                box.check()
        elif field.input_value() != value:
            self.count += 1
            field.select_option(value)
        return self

    def types(self, name: str, text: str) -> "Counter":
        self.person.page.locator(f"main [name={name}]:not([type=hidden])").first.fill(text)
        return self
