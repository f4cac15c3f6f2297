"""The forms of a new stop notice and of a new inspection request, without a case."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.people.forms import new_object_page, post_data

from .access import NOTIFIERS
from .actions import draft_stop
from .fields import FIELDS
from .models import StopKind
from .starts import STARTS, VERBS


@page(NOTIFIERS)
def stop_notice_new(request: HttpRequest) -> HttpResponse:
    return _new(request, StopKind.NOTICE)


@page(STAFF)
def inspection_new(request: HttpRequest) -> HttpResponse:
    return _new(request, StopKind.REQUEST)


def _new(request: HttpRequest, kind: StopKind) -> HttpResponse:
    actor = actor_of(request)
    fields = FIELDS[kind]
    initial = {field.name: field.initial(None, actor) for field in fields if field.initial}
    return new_object_page(
        request,
        ActionForm(fields, thing=None, actor=actor, data=post_data(request), initial=initial),
        partial(draft_stop, None, kind, actor=actor),
        done=_("The draft is saved. It is not sent yet."),
        heading=STARTS.labels[VERBS[kind]].button,
        help_text=_("Without a case. Only your agency sees the draft; it is sent on the next page."),
        button=_("Save the draft"),
        back=reverse("stops"),
        back_label=_("Stops and inspections"),
    )
