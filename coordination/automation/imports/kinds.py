"""The kinds of tables that can be imported, by their codes."""

from coordination.automation.opencases.table import OpenCaseTable

from .leads import LeadTable
from .tables import ImportedTable

KINDS: dict[str, ImportedTable] = {kind.code: kind for kind in (LeadTable(), OpenCaseTable())}
