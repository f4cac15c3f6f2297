"""Reads and writes the table of findings of an inspection."""

import csv
from dataclasses import dataclass
from io import StringIO

from django.utils.translation import gettext as _

from agencies.kernel.errors import Invalid
from agencies.kernel.text_files import read_table
from coordination.prevention.sheets import cell_error

from .models import ChecklistItem, Finding, Inspection

FINDINGS = "findings"
COLUMNS = ("number", "finding", "remark")
MOST_POINTS, LONGEST_REMARK = 60, 2000


@dataclass(frozen=True)
class PointFound:
    """What was found about one point of the checklist."""

    row: ChecklistItem
    finding: str
    remark: str


def findings_table(inspection: Inspection) -> str:
    """The text that `read_findings` reads, with the points and what was found so far."""
    text = StringIO()
    rows = ([one.number, one.finding, one.remark] for one in inspection.checklist.all())
    csv.writer(text).writerows([COLUMNS, *rows])
    return text.getvalue()


def read_findings(inspection: Inspection, text: str) -> list[PointFound]:
    """One finding for each point of the checklist. Raises Invalid for each bad cell and missing point."""
    _headings, lines = read_table(text, COLUMNS, most=MOST_POINTS, needed=COLUMNS[:2], field=FINDINGS)
    known, found, errors = {one.number: one for one in inspection.checklist.all()}, dict[str, PointFound](), []
    for line, cells in lines.items():
        number, finding, remark = cells["number"], cells["finding"], cells.get("remark", "")
        if number not in known or number in found:
            detail = _("the checklist has no point %(number)s that is still without a finding.")
            errors.append(cell_error(FINDINGS, line, "number", detail % {"number": number or "–"}, "choice"))
            continue
        found[number] = PointFound(known[number], finding, remark)
        if not finding:
            errors.append(cell_error(FINDINGS, line, "finding", _("choose a finding."), "required"))
        elif finding not in Finding.values:
            detail = _("the finding is one of: %(names)s.") % {"names": ", ".join(Finding.values)}
            errors.append(cell_error(FINDINGS, line, "finding", detail, "choice"))
        elif finding == Finding.FOUND and not remark:
            errors.append(cell_error(FINDINGS, line, "remark", _("say what was found."), "required"))
        if len(remark) > LONGEST_REMARK:
            detail = _("%(column)s is longer than %(most)d characters.")
            values = {"column": "remark", "most": LONGEST_REMARK}
            errors.append(cell_error(FINDINGS, line, "remark", detail % values, "max_length"))
    if errors:
        raise Invalid(errors)
    if missing := [number for number in known if number not in found]:
        detail = _("Every point needs a finding. Missing: %(numbers)s.") % {"numbers": ", ".join(missing)}
        raise Invalid.field(FINDINGS, "required", detail)
    return list(found.values())
