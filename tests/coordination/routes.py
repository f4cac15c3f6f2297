"""Every route of the resolver, and what a request to it needs. Used by the route matrix and the byte comparisons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.kernel.permissions import permission_of

# Folders that are not named like their resource.
RESOURCES = {
    **{"deadlines": "clock", "matches": "match", "recorded-steps": "proxy", "readings": "read-alert"},
    "customs-queries": "customs-query",
}


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    view: Any
    always: dict[str, Any] = field(default_factory=dict)

    @property
    def permission(self) -> str:
        found = permission_of(self.view)
        return found.name if found else ""

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def resource(self) -> str:
        """What an id in the path names: lead, case, … or "" for a route without one."""
        if "<uuid:pk>" not in self.pattern:
            return ""
        folder = self.pattern.removeprefix("api/v1/").split("/")[0]
        return "case" if folder.startswith("<") else RESOURCES.get(folder, folder.removesuffix("s"))

    def given(self, stage: dict[str, Any]) -> dict[str, Any]:
        """The arguments of the view for the objects of a stage (kind → object)."""
        kwargs: dict[str, Any] = {**self.always}
        if "<uuid:pk>" in self.pattern:
            kwargs["pk"] = stage[self.resource].pk
        if "<uuid:file>" in self.pattern:
            kwargs["file"] = stage.get("file", stage[self.resource]).pk
        if "<str:resource>" in self.pattern:
            kwargs |= (
                {"resource": "cases", "verb": "classify"} if "<str:verb>" in self.pattern else {"resource": "cases"}
            )
        if "<str:name>" in self.pattern:
            kwargs["name"] = "tasks"
        if "<str:code>" in self.pattern:
            kwargs["code"] = stage["case"].lead.code
        if "<str:tab>" in self.pattern:
            kwargs |= {"tab": "figures_deadlines", "key": "outlook", "form": "csv"}
        if "rows/<str:form>" in self.pattern:
            kwargs["form"] = "csv"
        if "<uuid:subject>" in self.pattern:
            kwargs |= {"kind": "case", "subject": stage["case"].pk}
        kwargs |= dict.fromkeys(re.findall(r"<slug:(\w+)>", self.pattern), "false_declaration")
        for name in ("metric", "key"):
            if f"figures/<slug:{name}>" in self.pattern or f"metrics/<slug:{name}>" in self.pattern:
                kwargs[name] = "cases_opened"
        kwargs |= dict.fromkeys(re.findall(r"<int:(\w+)>", self.pattern), 0)
        return kwargs

    def url(self, stage: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=self.given(stage))


def every_route() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text)
        else:
            yield Route(pattern.name or "", text, pattern.callback, pattern.default_args)
