"""Why two sides agree, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.texts import Text
from cases.controls.names import Way
from cases.controls.parties import EntryReason

WAYS: dict[str, Text] = {
    Way.NUMBER: gettext_lazy("same number"),
    Way.NAME: gettext_lazy("same name"),
    Way.FORM: gettext_lazy("same after removing the legal form"),
    Way.BRACKETS: gettext_lazy("same without what is in brackets"),
    Way.WORDS: gettext_lazy("same words, spelt or ordered differently"),
    Way.READING: gettext_lazy("same in pinyin"),
    Way.SPACING: gettext_lazy("same with other spaces"),
    Way.SOUND: gettext_lazy("same in another transliteration"),
    Way.WITHIN: gettext_lazy("one name contains the other"),
    Way.ACRONYM: gettext_lazy("one is the abbreviation of the other"),
    Way.SHORT: gettext_lazy("one is the short name of the other"),
    Way.ADDRESS: gettext_lazy("same address"),
}


def stored(reason: EntryReason) -> dict[str, Any]:
    """A reason as it is kept with a match: way, likeness in per cent, and what met what."""
    way, likeness = reason.agreement.way, reason.agreement.likeness
    return {"way": str(way), "likeness": likeness, "asked": reason.asked, "listed": reason.listed}


def way_words(reason: Mapping[str, Any]) -> str:
    if reason["way"] == Way.ALIKE:
        return _("%(likeness)d %% alike") % {"likeness": reason["likeness"]}
    return str(WAYS[reason["way"]])


def reason_words(reason: Mapping[str, Any]) -> str:
    """ "A Co – A Ltd: same after removing the legal form"."""
    values = {"asked": reason["asked"], "listed": reason["listed"], "way": way_words(reason)}
    if values["asked"] == values["listed"]:
        return _("%(asked)s: %(way)s") % values
    return _("%(asked)s – %(listed)s: %(way)s") % values


def all_reasons(reasons: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(map(reason_words, reasons))
