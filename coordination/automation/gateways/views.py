"""The page of gateways: which packages arrived, which are missing, and the import of one by hand."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import actor_of, page
from agencies.kernel.uploads import refuse_unclean
from agencies.people.forms import post_data, submit_form
from cases.papers.files import attachment

from .access import GATEWAYS
from .actions import take_package
from .models import Gateway, GatewayPackage
from .receipts import name_of, receipt_of

SORTS = {"received": "received_at"}


class PackageForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Package (ZIP)"))

    status = property(lambda self: 400 if self.errors else 200)


@page(GATEWAYS)
def gateways(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = PackageForm(post_data(request), request.FILES or None)
    found: Any = submit_form(form, lambda given: _take(given["file"], actor))
    if found is not None:
        package, is_new = found
        text = _("Package %(number)d was taken.") if is_new else _("Package %(number)d had been taken before.")
        messages.success(request, text % {"number": package.sequence})
        return redirect("gateways")
    packages = GatewayPackage.objects.visible_to(actor).select_related("gateway__client__agency").defer("results")
    context = {
        "form": form,
        "gateways": Gateway.objects.visible_to(actor).select_related("client__agency").order_by("client__name"),
        "page": page_of(packages, request.GET, sorts=SORTS, default="-received"),
    }
    return render(request, "gateways/gateways.html", context, status=form.status)


def _take(file: Any, actor: Actor) -> tuple[GatewayPackage, bool]:
    refuse_unclean(file)
    return take_package(file.read(), actor=actor)


@page(GATEWAYS)
def gateway_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    package = get_object_or_404(GatewayPackage.objects.visible_to(actor_of(request)), pk=pk)
    return attachment(receipt_of(package), "application/zip", name_of(package))
