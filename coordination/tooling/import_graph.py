"""The drawing of docs/architecture.md: which folder imports which, from the imports of the code."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGES = ("agencies", "cases", "coordination")
Graph = Mapping[str, frozenset[str]]


def folders(root: Path) -> Graph:
    """Folder → the folders that its modules import, as dotted names. Modules beside the folders are left out."""
    inside = {f"{one}.{path.parent.name}" for one in PACKAGES for path in (root / one).glob("*/__init__.py")}
    found: dict[str, set[str]] = {folder: set() for folder in sorted(inside)}
    for folder, imported in found.items():
        for source in (root / folder.replace(".", "/")).rglob("*.py"):
            if "migrations" not in source.parts:
                names = _imported(ast.parse(source.read_text(encoding="utf-8")))
                imported |= {".".join(name.split(".")[:2]) for name in names}
    return {folder: frozenset(imported & inside - {folder}) for folder, imported in found.items()}


def _imported(module: ast.Module) -> Iterator[str]:
    """Absolute imports; relative ones stay within their folder."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _reached(graph: Graph, start: str) -> frozenset[str]:
    """Everything that a folder imports, directly or through others."""
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        if (folder := waiting.pop()) not in found:
            found.add(folder)
            waiting += graph[folder]
    return frozenset(found)


def drawing(root: Path) -> str:
    """A Mermaid flowchart. Folders that import one another are one box. An arrow is left out if a longer way leads to
    the same box."""
    graph = folders(root)
    reached = {folder: _reached(graph, folder) for folder in graph}
    box = {one: min([one, *(other for other in reached[one] if one in reached[other])]) for one in graph}
    below = {one: {box[other] for other in reached[one]} - {one} for one in set(box.values())}
    arrows = [
        (upper, lower)
        for upper in sorted(below)
        for lower in sorted(below[upper])
        if not any(lower in below[between] for between in below[upper])
    ]
    lines = ["flowchart TD"]
    for package in reversed(PACKAGES):
        lines.append(f"  subgraph {package}")
        for one in sorted(below):
            if one.startswith(f"{package}."):
                inside = ", ".join(sorted(name.partition(".")[2] for name in graph if box[name] == one))
                lines.append(f'    {one}["{inside}"]')
        lines.append("  end")
    return "\n".join([*lines, *(f"  {upper} --> {lower}" for upper, lower in arrows)]) + "\n"
