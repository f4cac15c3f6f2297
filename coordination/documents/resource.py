"""Contribution of documents to papers: the text is filled from the case, and drafts are due with their subject."""

from agencies.kernel.resource import Contribution

from .actions import issue_paper, refill_paper
from .work import WORK

DOCUMENTS = Contribution(contributes={"papers": {"refill": refill_paper, "issue": issue_paper}}, work=(WORK,))
