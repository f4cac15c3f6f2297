"""A guessable password is refused with the reason, in both languages."""

from hashlib import sha512

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from tests.stories import PASSWORD

LONG = sha512(b"long").hexdigest()


def refused(password, user=None):
    with translation.override("en"), pytest.raises(ValidationError) as no:
        validate_password(password, user)
    return " ".join(no.value.messages)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aaaaaaaaaaaa", "it repeats itself"),
        ("abcabcabcabc", "it repeats itself"),
        ("mofcom2026mofcom", "a name or word of this system"),
        ("gacc-asb-2026!", "a name or word of this system"),
        ("海关总署2026海关", "a name or word of this system"),
        ("chukou guanzhi 2027", "a name or word of this system"),
        ("ＭＯＦＣＯＭ２０２６ＭＯＦＣＯＭ", "a name or word of this system"),
        ("qwertyuiop[]", "easy to guess"),
        ("1qaz2wsx3edc", "easy to guess"),
        ("abcdefghijkl", "easy to guess"),
        ("password1234", "easy to guess"),
        ("123456789012", "entirely numeric"),
    ],
)
def test_a_guessable_password_is_refused_with_the_reason(cast, password, why):
    assert why in refused(password, cast.user("commerce.officer"))


def test_the_persons_own_name_and_number_are_known_words(cast):
    person = cast.user("customs.officer")
    for password in ("customs.officer!", f"{person.phone}{person.phone}", f"{person.name_zh}{person.name_zh}2026aa"):
        refused(password, person)


@pytest.mark.parametrize(
    "password",
    [
        "a long one of my own",
        "Zx9!kd0ppQw3",
        "窗外小雨灯下读书三更无眠",
        "kite-lamp-river-42-moss",
        "mofcom" + LONG,
    ],
)
def test_a_strong_password_is_accepted(cast, password):
    validate_password(password, cast.user("customs.officer"))


@pytest.mark.parametrize(("language", "words"), [("en", "it repeats itself"), ("zh-hans", "重复内容")])
def test_the_page_shows_the_reason(cast, language, words):
    browser = cast.browser("customs.officer")
    browser.cookies["language"] = language
    data = {"old_password": PASSWORD, "new_password1": "aaaaaaaaaaaa", "new_password2": "aaaaaaaaaaaa"}
    assert words in browser.post(reverse("password_change"), data).content.decode()
