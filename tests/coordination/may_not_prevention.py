"""Forbidden actions of prevention, as rows of `may_not`."""

from typing import Any

from agencies.kernel.resource import RESOURCES
from cases.papers.models import Paper
from coordination.actions.performing import perform as perform_verb
from coordination.prevention.circulars.workflow import not_its_author as not_author_of_circular
from coordination.prevention.customsqueries.workflow import identified, period_over
from coordination.prevention.stops.workflow import not_its_author as not_author_of_stop
from coordination.prevention.warnings.workflow import not_its_author as not_author_of_letter
from tests import stories
from tests.stories.end_uses import CONCLUSION

from .prohibitions import MayNot


def own_letter(cast: Any) -> Any:
    return stories.exporter_letter(cast, "REVIEW")


def letter_to_send(cast: Any) -> Any:
    return stories.exporter_letter(cast, "READ", "warning")


def own_circular(cast: Any) -> Any:
    return stories.circular(cast, "REVIEW")


def circular_to_send(cast: Any) -> Any:
    return stories.circular(cast, "READ", kind="warning")


def paper_of_letter(cast: Any) -> Any:
    return Paper.objects.get(subject_id=stories.exporter_letter(cast, "SENT", "warning").pk)


def paper_of_notice(cast: Any) -> Any:
    return Paper.objects.get(subject_id=stories.stop(cast, "SENT", "notice").pk)


def own_risk_rule(cast: Any) -> Any:
    made = stories.risk_rule(cast, by="customs.lead")
    return perform_verb(RESOURCES["risk-rules"], cast["customs.lead"], made, "activate", {"reason": "x"}).created


def concluded_end_use(cast: Any) -> Any:
    return stories.end_use(cast, "CONCLUDED")


def own_end_use(cast: Any) -> Any:
    given = {**CONCLUSION, "conclusion": "established"}
    findings, made = RESOURCES["end-use-findings"], concluded_end_use(cast)
    return perform_verb(findings, cast["customs.officer"], made, "conclude", given).created


def own_stop(cast: Any) -> Any:
    """The head improved the notice that the officer drafted."""
    made = stories.stop(cast, "DRAFT", "notice")
    given = {"customs": "GACC", "last_day": made.last_day, "ground": made.ground, "fact": "Known from the head."}
    stories.walk(cast, made, [("edit", "commerce.head", given), ("submit", "commerce.officer", {})])
    return made


def notice_held(cast: Any) -> Any:
    return stories.stop(cast, "HELD", "notice")


def request_in_draft(cast: Any) -> Any:
    return stories.stop(cast, "DRAFT")


def query_served(cast: Any) -> Any:
    return stories.customs_query(cast, "SERVED")


def query_identified(cast: Any) -> Any:
    return stories.customs_query(cast, "TO_IDENTIFY")


def goods_identified(cast: Any) -> Any:
    return stories.identification(cast, "RECEIVED")


FOUND = {"finding": "not_controlled", "reasons": "By the test."}


def reported_gap(cast: Any) -> Any:
    """The commerce officer found the gap and recorded the report of the exporter."""
    made = stories.review(cast, "REVIEWED")
    given = {"gap": str(made.gaps.get().pk), "report": "Procedure written"}
    stories.walk(cast, made, [("report_gap", "commerce.officer", given)])
    return made


OF_PREVENTION = [
    MayNot("own stop notice", "commerce.head", "approve", own_stop, {}, not_author_of_stop),
    MayNot("notice of the ministry ended by customs", "customs.head", "lift", notice_held, {"reason": "x"}),
    MayNot("request sent by an officer", "commerce.officer", "send_out", request_in_draft, {}),
    MayNot("stop answered by its sender", "commerce.lead", "not_found", stories.stop, {}),
    MayNot("own risk rule", "customs.lead", "confirm", own_risk_rule, {}),
    MayNot("risk rule put into force alone", "customs.officer", "activate", stories.risk_rule, {"reason": "x"}),
    MayNot("match of another agency's case", "commerce.officer", "same", stories.match, {"because": "x"}),
    MayNot("own finding of military end use", "customs.officer", "confirm", own_end_use, {}),
    MayNot("military end use of another agency", "commerce.lead", "conclude", concluded_end_use, CONCLUSION),
    MayNot("own letter to an exporter", "commerce.officer", "confirm", own_letter, {}, not_author_of_letter),
    MayNot("letter to an exporter sent by an officer", "commerce.officer", "send", letter_to_send, {}),
    MayNot("own circular", "commerce.officer", "confirm", own_circular, {}, not_author_of_circular),
    MayNot("circular sent by an officer", "commerce.officer", "send_all", circular_to_send, {}),
    MayNot("circular of another agency", "customs.lead", "confirm", own_circular, {}),
    MayNot("another edition of a letter", "commerce.head", "reissue", paper_of_letter, {"reason": "x"}),
    MayNot("withdrawn paper of a notice", "commerce.head", "withdraw", paper_of_notice, {"reason": "x"}),
    MayNot("letter released by its own agency", "commerce.head", "release", stories.release, {"reason": "x"}),
    MayNot("release by an officer", "antismuggling.officer", "release", stories.release, {"reason": "x"}),
    MayNot("query notice issued by a chief", "customs.officer", "issue", stories.customs_query, {}),
    MayNot("silence before the end of the period", "customs.lead", "no_reply", query_served, {}, period_over),
    MayNot("opinion on goods by a chief", "commerce.officer", "give_opinion", goods_identified, FOUND),
    MayNot("opinion on goods by the asking agency", "customs.lead", "give_opinion", goods_identified, FOUND),
    MayNot("gap checked by another agency", "customs.lead", "close_gap", reported_gap, {"check_remark": "Seen"}),
    MayNot("certificate of another agency", "customs.lead", "revoke", stories.certificate, {"reason": "x"}),
    MayNot("inspection of another agency", "customs.lead", "cancel", stories.inspection, {"reason": "x"}),
    MayNot("questionnaire of a chief", "commerce.officer", "withdraw", stories.questionnaire, {"reason": "x"}),
    MayNot(
        "result before the opinion", "customs.lead", "licence_needed", query_identified, {"reason": "x"}, identified
    ),
]
