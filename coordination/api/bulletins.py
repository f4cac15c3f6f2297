"""Bulletins over JSON: the list, and drafting one."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.kernel.permissions import CASE_READER, CENTRE
from agencies.kernel.strict import Strict
from coordination.insight.bulletins.actions import draft_bulletin
from coordination.insight.bulletins.models import Bulletin

from .views import AddingView, ListView


class BulletinInput(Strict):
    """The draft of a bulletin from its template. `day` is any day of its week or month."""

    kind = serializers.ChoiceField(choices=Bulletin.Kind.choices)
    day = serializers.DateField()
    distribution = serializers.ChoiceField(choices=Bulletin.Distribution.choices, required=False)


class BulletinsView(AddingView):
    """The list of bulletins, and drafting one."""

    resource = "bulletins"
    permission = CASE_READER
    permissions = {"GET": CASE_READER, "POST": CENTRE}
    operations = {
        **ListView.operations,
        "POST": (
            "send",
            _("Draft a bulletin"),
            _("Drafts a bulletin about a week or a month. Its actions edit and submit it."),
        ),
    }
    accepts = BulletinInput
    add = staticmethod(draft_bulletin)
