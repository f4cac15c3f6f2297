"""Routes of supervision."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.supervision, name="supervision"),
    path("flow/", views.flow, name="figures_flow"),
    path("minerals/", views.minerals, name="figures_minerals"),
    path("deadlines/", views.deadlines, name="figures_deadlines"),
    path("prevention/", views.prevention_page, name="figures_prevention"),
    path("people/", views.people_page, name="figures_people"),
    path("ask/<slug:code>/", views.ask_coordinator, name="ask_coordinator"),
    path("export/<slug:tab>/<slug:key>/<slug:form>/", views.export, name="figures_export"),
]
