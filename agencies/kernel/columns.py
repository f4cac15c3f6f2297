"""The usual columns of lists (`Column` of `agencies.kernel.resource`).

A path leads from a row to an attribute, such as `case.lead`; without one it is the key of the column. If the row has a
field of this name, the API shows it: the code of a choice, code and name of an agency. An empty `cell` leaves a
column to files and the API.
"""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from .resource import Column
from .texts import Text

NONE = '<span class="cv-muted">–</span>'
TITLE, STATE, NEAREST = _("Title"), _("State"), _("Nearest deadline")


def plain(key: str, heading: Text, path: str = "", *, cell: str = "", sort: str = "") -> Column:
    """A text as it is recorded."""
    read = attrgetter(path or key)
    return Column(key, heading, lambda row, actor: read(row), cell, sort, path=path or key)


def title(page: str, heading: Text = TITLE, *, more: str = "") -> Column:
    """The title as a link to the page of the row; `more` is template source after it."""
    words = "{% if row.title %}{{ row.title|with_lang }}{% else %}–{% endif %}"
    return plain("title", heading, cell=f"<a href=\"{{% url '{page}' row.pk %}}\">{words}</a>{more}")


def choice(key: str, heading: Text, path: str = "", *, cell: str | None = None) -> Column:
    """The label of a choice."""
    owner, dot, field = (path or key).rpartition(".")
    label = f"{owner}{dot}get_{field}_display"
    read = attrgetter(label)
    shown = f"{{{{ row.{label} }}}}" if cell is None else cell
    return Column(key, heading, lambda row, actor: str(read(row)()), shown, path=path or key)


def state(heading: Text = STATE, owner: str = "", *, more: str = "") -> Column:
    """The state of a row, or of the object at `owner`. `more` is template source after it."""
    path = f"{owner}.state" if owner else "state"
    return choice("state", heading, path, cell=f"{{% state row{'.' if owner else ''}{owner} %}}{more}")


def agency(key: str, heading: Text, path: str = "", *, cell: str | None = None, page_heading: Text = "") -> Column:
    """The name of an agency, on the page with its square."""
    read = attrgetter(f"{path or key}.name")
    shown = f"{{% agency row.{path or key} %}}" if cell is None else cell
    return Column(key, heading, lambda row, actor: read(row), shown, page_heading=page_heading, path=path or key)


def day(key: str, heading: Text, *, sort: str = "") -> Column:
    """A date."""
    cell = f"<span class=\"cv-nowrap\">{{{{ row.{key}|date:'Y-m-d' }}}}</span>"
    return Column(key, heading, lambda row, actor: getattr(row, key), cell, sort, "date", path=key)


def moment(key: str, heading: Text, path: str = "", *, cell: str | None = None, sort: str = "") -> Column:
    """A time."""
    at = f"row.{path or key}"
    read, shown = attrgetter(path or key), f"{{% if {at} %}}{{% when {at} %}}{{% else %}}{NONE}{{% endif %}}"
    shown = shown if cell is None else cell
    return Column(key, heading, lambda row, actor: read(row), shown, sort, "moment", path=path or key)


def nearest_deadline(heading: Text = NEAREST, owner: str = "") -> tuple[Column, Column]:
    """The nearest deadline of a row with the reason why it is late; and its date by the lenient reading of the law."""
    dot = f"{owner}." if owner else ""
    row = f"row.{owner}" if owner else "row"
    cell = f"{{% deadline {row}.due_at breach_at={row}.breach_at %}}{{% late_because causes {row} %}}"
    return (
        moment("due_at", heading, f"{dot}due_at", cell=cell, sort="due"),
        moment("breach_at", _("Lenient reading"), f"{dot}breach_at", cell=""),
    )
