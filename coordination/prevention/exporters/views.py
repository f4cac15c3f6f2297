"""The page on which an exporter is registered."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.people.forms import new_object_page, post_data

from .actions import register_exporter
from .workflow import FACTS


@page(STAFF)
def exporter_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return new_object_page(
        request,
        ActionForm(FACTS, thing=None, actor=actor, data=post_data(request)),
        partial(register_exporter, actor=actor),
        done=_("The exporter is in your register."),
        heading=_("Register an exporter"),
        help_text=_("Your agency and the centre see the entry. Letters, reviews and inspections begin on its page."),
        button=_("Register"),
        back=reverse("exporters"),
        back_label=_("Exporters"),
    )
