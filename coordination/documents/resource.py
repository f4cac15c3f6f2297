"""Contribution of documents to papers: the text is filled from the case."""

from agencies.kernel.resource import Contribution

from .actions import issue_paper, refill_paper

DOCUMENTS = Contribution(contributes={"papers": {"refill": refill_paper, "issue": issue_paper}})
