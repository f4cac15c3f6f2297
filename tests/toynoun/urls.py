from django.http import HttpResponse
from django.template import engines
from django.urls import path

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, actor_of, page
from coordination.config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

from .models import Toy
from .resource import TOY, ToyFilter

TABLE = engines["django"].from_string("{% load lists %}{% list_table %}")


@page(CASE_READER)
def toys(request):
    rows = ToyFilter(request.GET, Toy.objects.visible_to(actor_of(request)), actor=actor_of(request)).qs
    loaded = TOY.listing.loaded(rows, actor_of(request))
    found = page_of(loaded, request.GET, sorts={"created": "created_at"}, default="created")
    return HttpResponse(TABLE.render({"page": found}, request))


@page(CASE_READER)
def toy(request, pk):
    return HttpResponse(Toy.objects.visible_to(actor_of(request)).get(pk=pk).title)


urlpatterns = [*urlpatterns, path("toys/", toys, name="toys"), path("toys/<uuid:pk>/", toy, name="toy")]
