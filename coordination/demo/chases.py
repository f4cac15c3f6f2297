"""The demonstration's chase letters: the centre chases what is late, one organ answers, one is asked by its partner."""

from datetime import timedelta

from django.utils import timezone

from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.chasing.actions import answer_letter, kind_of, send_letter, withdraw_letter
from coordination.chasing.late import late_in_sight
from coordination.chasing.models import ChaseLetter

ANSWERERS = {"GACC": "customs.lead", "MOFCOM_SCB": "commerce.lead", "GACC_ASB": "antismuggling.lead"}
MOST = 3


def load_chases() -> None:
    """One letter to each organ that is late with something, about its oldest things; the first one is answered."""
    if ChaseLetter.objects.exists():
        return
    centre = actor_for(User.objects.get(username="centre.coordinator"))
    owed: dict[str, list[str]] = {}
    for rows in late_in_sight(centre):
        for row in rows.filter(organ__code__in=ANSWERERS).select_related("organ").order_by("late_since", "pk")[:50]:
            owed.setdefault(row.organ.code, []).append(f"{kind_of(row)}:{row.pk}")
    letters = [
        send_letter(about[:MOST], actor=centre, remark="请于期限内函复。") for _code, about in sorted(owed.items())
    ]
    # One was sent in error: the matter is dealt with by telephone.
    more = next((about[MOST:] for about in owed.values() if len(about) > MOST), [])
    if more:
        in_error = send_letter(more[:1], actor=centre)
        withdraw_letter(in_error, actor=centre, reason="已电话联系，无需发函。")
    for letter in letters[:1]:
        who = actor_for(User.objects.get(username=ANSWERERS[letter.organ.code]))
        told = "鉴定机构排期延后，样品已于上周补送，收到结论后即办。"
        expected = timezone.localdate() + timedelta(days=6)
        answer_letter(letter, "answer", actor=who, answer=told, expected_on=expected)
