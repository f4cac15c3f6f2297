"""The page of a new customs query that is on no case."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.permissions import actor_of, page
from agencies.people.forms import new_object_page, post_data

from .access import QUERY_DESK
from .actions import enter_query
from .starts import LINE


@page(QUERY_DESK)
def query_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return new_object_page(
        request,
        ActionForm(LINE, thing=None, actor=actor, data=post_data(request)),
        partial(enter_query, actor=actor),
        done=_("The draft is saved. A unit lead of your agency issues the notice."),
        heading=_("New customs query"),
        help_text=_("One query for each line of a declaration. A unit lead issues the notice."),
        button=_("Save the draft"),
        back=reverse("customs_queries"),
        back_label=_("Customs queries"),
    )
