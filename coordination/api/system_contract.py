"""The contract for connected systems: of the whole contract, what a key opens and what that refers to."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .schema import BEARER, document

REFERENCE = "#/components/"


@lru_cache
def system_document(language: str) -> dict[str, Any]:
    """The contract as an object, in one language."""
    whole = document(language)
    paths = {path: kept for path, methods in whole["paths"].items() if (kept := _opened(methods))}
    named = _reached(paths, whole["components"])
    components = {
        kind: {name: part for name, part in parts.items() if kind == "securitySchemes" or (kind, name) in named}
        for kind, parts in whole["components"].items()
    }
    tags = {tag for methods in paths.values() for one in methods.values() for tag in one["tags"]}
    shown = [one for one in whole["tags"] if one["name"] in tags]
    return whole | {"paths": paths, "components": components, "tags": shown}


@lru_cache
def system_text(language: str) -> str:
    return json.dumps(system_document(language), ensure_ascii=False, separators=(",", ":"))


def _opened(methods: dict[str, Any]) -> dict[str, Any]:
    """The operations of a path that accept a key."""
    return {method: one for method, one in methods.items() if any(BEARER in way for way in one.get("security", ()))}


def _reached(paths: Any, components: dict[str, Any]) -> set[tuple[str, str]]:
    """The components to which these paths refer, directly or through others, each as (kind, name)."""
    found: set[tuple[str, str]] = set()
    waiting = [paths]
    while waiting:
        new = set(_references(waiting.pop())) - found
        found |= new
        waiting += [components[kind][name] for kind, name in new]
    return found


def _references(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        target = value.get("$ref")
        if isinstance(target, str):
            kind, _slash, name = target.removeprefix(REFERENCE).partition("/")
            yield kind, name
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _references(inner)
