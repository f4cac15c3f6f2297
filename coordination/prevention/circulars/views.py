"""The page on which a circular is begun."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.people.forms import new_object_page, post_data

from .actions import begin
from .workflow import NEW


@page(STAFF)
def circular_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return new_object_page(
        request,
        ActionForm(NEW, thing=None, actor=actor, data=post_data(request)),
        partial(begin, actor=actor),
        done=_("The draft is saved. Choose its addressees in the list of exporters."),
        heading=_("New circular"),
        help_text=_("One text for many exporters of your register. Each gets a letter with its own number."),
        button=_("Save the draft"),
        back=reverse("circulars"),
        back_label=_("Circulars"),
    )
