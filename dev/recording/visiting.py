"""Visits what an account reaches by links, level by level, at most a few addresses of each route."""

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from .contents import Contents, contents_of, ids_of_rows, masked
from .frozen import SEEN_AT, Clock

# Static files, the description of the API, what ends the session, and what waits for news.
SKIPPED = ("/static/", "/api/schema", "/api/docs", "/sign-out", "/logout", "/fresh/")
ROWS = 3  # objects of a list of the API that are visited
# Arguments that make another page of a route; others only name an object.
NAMING = ("resource", "verb", "name", "tab", "form")
BACKEND = "agencies.people.backend.Backend"


@dataclass(frozen=True)
class Address:
    path: str  # with its query
    route: str
    parameters: tuple[str, ...]

    @property
    def group(self) -> tuple[str, tuple[str, ...]]:
        """What the limit counts. All combinations of several parameters are one group."""
        return self.route, self.parameters if len(self.parameters) < 2 else ("several",)


class Visitor:
    """One account in one language."""

    def __init__(self, user: Any, language: str, clock: Clock) -> None:
        self.username, self.language, self.clock = user.username, language, clock
        # An error of a page is recorded like any other answer.
        self.client = Client(
            headers={"accept-language": language}, SERVER_NAME="127.0.0.1", raise_request_exception=False
        )
        self.client.force_login(user, backend=BACKEND)
        self.signed_in = {name: cookie.value for name, cookie in self.client.cookies.items()}

    def visit_by_links(self, most: int, of_each: int) -> Iterator[dict[str, Any]]:
        """Records of at most `most` addresses: `of_each` route without a query and with each single parameter, and one
        with several parameters. Each level is sorted, so that no page's order decides.
        """
        taken: Counter[Any] = Counter()
        seen: set[str] = set()
        level = set(start_addresses())
        while level and most > 0:
            found: set[str] = set()
            for address in sorted(
                filter(None, map(address_of, level - seen)), key=lambda one: (len(one.path), one.path)
            ):
                limit = 1 if len(address.parameters) > 1 else of_each
                if taken[address.group] < limit and most > 0:
                    taken[address.group] += 1
                    most -= 1
                    record, links = self.visit(address)
                    found.update(links)
                    yield record
            seen |= level
            level = found - seen

    def visit(self, address: Address) -> tuple[dict[str, Any], list[str]]:
        """Returns the record of an address and the addresses to which it leads. What the request writes is rolled
        back."""
        self.clock.set(SEEN_AT)
        # Not those of the page before, whose message the next page would show.
        self.client.cookies = SimpleCookie(self.signed_in)
        with transaction.atomic():
            response = self.client.get(address.path)
            body = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        contents = contents_of(body, kind) if body else Contents()
        record = {
            "route": address.route,
            "address": address.path,
            "account": self.username,
            "language": self.language,
            "status": response.status_code,
            "kind": kind,
            "location": masked(response.headers.get("Location", "")),
            **contents.as_dict(),
        }
        return record, list(leads_to(address.path, response, kind, body, contents.links))


def leads_to(path: str, response: HttpResponseBase, kind: str, body: bytes, links: Iterable[str]) -> Iterator[str]:
    for link in [*links, response.headers.get("Location", "")]:
        target = urlsplit(urljoin(path, html.unescape(link)))
        if target.path.startswith("/") and target.hostname in (None, "127.0.0.1", "localhost"):
            yield target.path + (f"?{target.query}" if target.query else "")
    if path.startswith("/api/") and kind == "application/json" and response.status_code == 200:
        folder = urlsplit(path).path
        yield from (f"{folder}{pk}/" for pk in ids_of_rows(body)[:ROWS])


def start_addresses() -> list[str]:
    """The routes without arguments, whether linked or not."""
    return [f"/{path}" for path in _plain_paths(get_resolver().url_patterns, "")]


def _plain_paths(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if "<" in path or "(" in path:
            continue
        if isinstance(pattern, URLResolver):
            yield from _plain_paths(pattern.url_patterns, path)
        else:
            yield path


def address_of(path: str) -> Address | None:
    """None for what is not visited."""
    target = urlsplit(path)
    if target.path.startswith(SKIPPED):
        return None
    try:
        match = resolve(target.path)
    except Resolver404:
        route = "without a route"
    else:
        named = [str(match.kwargs[name]) for name in NAMING if name in match.kwargs]
        route = " ".join([match.view_name or match.route, *named])
    parameters = tuple(sorted({name for name, _value in parse_qsl(target.query, keep_blank_values=True)}))
    return Address(path, route, parameters)
