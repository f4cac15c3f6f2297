"""After a password reset, confidential letters stay closed until another named person confirms the reader's
identity."""

from typing import Any

import pytest

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.people.actions import confirm_identity, set_new_password
from coordination.actions.performing import perform
from coordination.exchange.confidential.models import ConfidentialLetter
from tests import stories

OWN = "a long one of my own"


def sees(cast: Any, who: str, letter: ConfidentialLetter) -> bool:
    return ConfidentialLetter.objects.visible_to(cast[who]).filter(pk=letter.pk).exists()


def reset(cast: Any, who: str = "customs.officer") -> None:
    set_new_password(cast.user(who), OWN)


def vouch(cast: Any, letter: ConfidentialLetter, by: str, whom: str = "customs.officer") -> None:
    perform(
        RESOURCES["confidential-letters"],
        cast[by],
        letter,
        "vouch",
        {"person": str(cast[whom].id), "reason": "met in person"},
    )


def test_a_password_reset_closes_letters_to_that_person_only(cast: Any) -> None:
    letter = stories.confidential(cast)
    reset(cast)
    assert not sees(cast, "customs.officer", letter)
    assert sees(cast, "customs.head", letter)
    assert cast.browser("customs.officer").get(f"/confidential-letters/{letter.pk}/").status_code == 404
    assert cast.browser("customs.officer").get(f"/api/v1/confidential-letters/{letter.pk}/").status_code == 404


def test_another_named_person_opens_it_again(cast: Any) -> None:
    letter = stories.confidential(cast)
    reset(cast)
    vouch(cast, letter, "customs.head")
    assert sees(cast, "customs.officer", letter)
    with pytest.raises(TransitionRefused):
        vouch(cast, letter, "customs.head")


def test_the_superior_head_opens_only_letters_without_other_readers(cast: Any) -> None:
    known = stories.confidential(cast)
    alone = stories.confidential(cast, "DRAFT")
    alone.named_people.exclude(user=cast.user("customs.officer")).delete()
    reset(cast)
    assert not sees(cast, "customs.officer", alone)
    confirm_identity(cast.user("customs.officer"), actor=cast["centre.supervisor"])
    assert sees(cast, "customs.officer", alone)
    assert not sees(cast, "customs.officer", known)


def test_a_letter_that_names_them_afterwards_is_open(cast: Any) -> None:
    reset(cast)
    assert sees(cast, "customs.officer", stories.confidential(cast))
