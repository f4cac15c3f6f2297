"""Numbers of letters: 署移管〔2026〕3号."""

from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.numbers import REGISTERS, WORDS


def test_an_official_never_meets_two_letters_of_one_agency_with_one_number():
    registers = {REGISTERS.get(kind, kind) for kind in Referral.Kind.values}
    words = [WORDS[register] for register in sorted(registers)]
    assert all(words)
    assert len(set(words)) == len(words)
    others = {word for register, word in WORDS.items() if register not in registers}
    assert not others & set(words)
