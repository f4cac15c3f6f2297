"""Home: what its reader works down today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.doors import SIGNED_IN, page


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")
