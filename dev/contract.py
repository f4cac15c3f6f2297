"""What in a new contract for connected systems breaks their programs.

The promised contract is `docs/contract.json`: a program sends what it accepts, and relies on what it answers.
"""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

PROMISED = Path(settings.BASE_DIR) / "docs" / "contract.json"
ANNOUNCED = Path(settings.BASE_DIR) / "docs" / "contract-changes.md"
ADVICE = (
    f"Programs of connected systems break. Enter in docs/{ANNOUNCED.name} what they have to do, then run "
    "`python -m dev write_contract`."
)
LIMITS = (
    ("maxLength", max),
    ("maxItems", max),
    ("maximum", max),
    ("minLength", min),
    ("minItems", min),
    ("minimum", min),
)

Schema = dict[str, Any]


def promised() -> Schema:
    found: Schema = json.loads(PROMISED.read_text(encoding="utf-8"))
    return found


def written(document: Schema) -> str:
    """The text of the file, in lines that a review can read."""
    return f"{json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)}\n"


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """A sentence for each change by which a program written for `old` may fail with `new`."""
    found = list[str]()
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            after = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if after is None:
                found.append(f"{where} is gone")
            else:
                found += [f"{where}: {change}" for change in _operation(before, after, old, new)]
    return found


def _operation(before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    if before.get("security") != after.get("security"):
        yield f"needs {after.get('security')} instead of {before.get('security')}"
    yield from _parameters(before, after, old, new)
    sent, taken = _contents(before.get("requestBody", {}), old), _contents(after.get("requestBody", {}), new)
    if taken and not sent and _resolved(after["requestBody"], new).get("required"):
        yield "needs a body"
    for kind, shape in sent.items():
        if kind not in taken:
            yield f"no longer takes {kind}"
        else:
            yield from _sent("body", shape, taken[kind], old, new)
    for status in sorted(one for one in before["responses"] if one.startswith("2")):
        if status not in after["responses"]:
            yield f"no longer answers {status}"
            continue
        was, now = (_contents(one["responses"][status], whole) for one, whole in ((before, old), (after, new)))
        for kind in was:
            yield from _answered("answer", was[kind], now.get(kind, {}), old, new)


def _parameters(before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    was, now = (
        {(one["in"], one["name"]): one for one in map(partial(_resolved, whole=whole), of.get("parameters", []))}
        for of, whole in ((before, old), (after, new))
    )
    for key, one in was.items():
        if key not in now:
            yield f"parameter {key[1]} is gone"
        else:
            yield from _sent(f"parameter {key[1]}", one["schema"], now[key]["schema"], old, new)
    for key, one in now.items():
        if one.get("required") and not was.get(key, {}).get("required"):
            yield f"parameter {key[1]} is required now"


def _sent(where: str, before: Schema, after: Schema, old: Schema, new: Schema, depth: int = 0) -> Iterator[str]:
    """What was accepted and is no longer."""
    before, after = _resolved(before, old), _resolved(after, new)
    if before == after or depth > 8:
        return
    if lost := _types(before) - _types(after):
        yield f"{where} no longer takes {', '.join(sorted(lost))}"
    if "enum" in after and (lost := set(map(str, before.get("enum", ["any value"]))) - set(map(str, after["enum"]))):
        yield f"{where} no longer takes {', '.join(sorted(lost))}"
    for name, wider in LIMITS:
        if name in after and (name not in before or wider(before[name], after[name]) != after[name]):
            yield f"{where} has {name} {after[name]} instead of {before.get(name, 'none')}"
    for name in sorted(set(after.get("required", ())) - set(before.get("required", ()))):
        yield f"{where}.{name} is required now"
    yield from _inner(_sent, where, before, after, old, new, depth)


def _answered(where: str, before: Schema, after: Schema, old: Schema, new: Schema, depth: int = 0) -> Iterator[str]:
    """What a program could rely on and no longer can. A new value of an enumeration is no break."""
    before, after = _resolved(before, old), _resolved(after, new)
    if before == after or depth > 8:
        return
    if added := _types(after) - _types(before):
        yield f"{where} may be {', '.join(sorted(added))} now"
    for name in sorted(set(before.get("required", ())) - set(after.get("required", ()))):
        yield f"{where}.{name} may be absent now"
    yield from _inner(_answered, where, before, after, old, new, depth)


def _inner(
    compare: Any, where: str, before: Schema, after: Schema, old: Schema, new: Schema, depth: int
) -> Iterator[str]:
    now = after.get("properties", {})
    for name, part in before.get("properties", {}).items():
        if name not in now:
            yield f"{where}.{name} is gone"
        else:
            yield from compare(f"{where}.{name}", part, now[name], old, new, depth + 1)
    if isinstance(before.get("items"), dict) and isinstance(after.get("items"), dict):
        yield from compare(f"{where}[]", before["items"], after["items"], old, new, depth + 1)


def _contents(holder: Schema, whole: Schema) -> dict[str, Schema]:
    return {kind: part["schema"] for kind, part in _resolved(holder, whole).get("content", {}).items()}


def _resolved(part: Schema, whole: Schema) -> Schema:
    """What a reference points to. Parts that hold together are one object; alternatives are the fields of all."""
    if "$ref" in part:
        _hash, _components, kind, name = part["$ref"].split("/")
        return _resolved(whole["components"][kind][name], whole)
    together = [_resolved(one, whole) for one in (*part.get("allOf", ()), *part.get("oneOf", ()))]
    if not together:
        return part
    required = [set(one.get("required", ())) for one in together]
    joined = set.union(*required) if "allOf" in part else set.intersection(*required)
    properties = {name: inner for one in together for name, inner in one.get("properties", {}).items()}
    types = {name for one in together for name in _types(one)}
    enums = [one["enum"] for one in together if "enum" in one]
    listed = {"enum": [code for one in enums for code in one]} if len(enums) == len(together) else {}
    return {"type": sorted(types), "properties": properties, "required": sorted(joined), **listed}


def _types(part: Schema) -> set[str]:
    kind = part.get("type", [])
    return set(kind if isinstance(kind, list) else [kind])
