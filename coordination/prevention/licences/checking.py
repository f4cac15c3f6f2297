"""What the imported licences say of a number that a declaration names."""

from collections.abc import Iterator, Sequence
from datetime import date

from agencies.kernel.named_fields import plain
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.licensing import (
    DIFFERS,
    EXPIRED,
    NO_FILE,
    NOT_IN_FILE,
    NOT_YET,
    REVOKED,
    SUSPENDED,
    VALID,
    DeclaredUse,
    LicenceAnswer,
)

from .models import Licence, LicenceFile


def check_licence(asked: DeclaredUse) -> LicenceAnswer:
    """Compares the declared use with the latest version of the licence, by the newest imported table."""
    return check_licences([asked])[0]


def check_licences(asked: Sequence[DeclaredUse]) -> list[LicenceAnswer]:
    """The answers in order, in two queries."""
    as_of = LicenceFile.objects.order_by("-imported_at").values_list("imported_at", flat=True).first()
    if as_of is None:
        return [LicenceAnswer(code=NO_FILE, as_of=None) for _one in asked]
    numbers = [normalize_identifier(one.number) for one in asked]
    held = {one.number: one for one in Licence.objects.current_versions().filter(number__in=numbers)}
    answers = []
    for number, use in zip(numbers, asked, strict=True):
        licence = held.get(number)
        if licence is None:
            answers.append(LicenceAnswer(code=NOT_IN_FILE, as_of=as_of))
            continue
        differs = tuple(_differing(licence, use))
        answers.append(
            LicenceAnswer(
                code=_standing(licence, use.on) or (DIFFERS if differs else VALID),
                as_of=as_of,
                valid_from=licence.valid_from,
                valid_until=licence.valid_until,
                differs=differs,
            )
        )
    return answers


def _standing(licence: Licence, on: date) -> str:
    """Why it is not valid on that day, "" if it is."""
    if licence.state != Licence.State.ISSUED:
        return REVOKED if licence.state == Licence.State.REVOKED else SUSPENDED
    if on > licence.valid_until:
        return EXPIRED
    return NOT_YET if on < licence.valid_from else ""


def _differing(licence: Licence, asked: DeclaredUse) -> Iterator[str]:
    """What is given and not the same. A holder is compared by its code if both have one, else by its name."""
    uscc = normalize_identifier(asked.uscc)
    by_code = bool(uscc and licence.uscc)
    if (uscc != licence.uscc) if by_code else (asked.holder and plain(asked.holder) != plain(licence.holder)):
        yield "holder"
    if asked.destination and asked.destination != licence.destination:
        yield "destination"
    if asked.end_user and licence.end_user and plain(asked.end_user) != plain(licence.end_user):
        yield "end_user"
    if asked.control_code and licence.control_code and asked.control_code != licence.control_code:
        yield "control_code"
