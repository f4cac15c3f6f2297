"""The schema of the API, for tests that read its operations."""

from typing import Any

from coordination.api.schema import document


def expanded(language: str = "en") -> dict[str, Any]:
    """The schema with the shared parameters, bodies, fields and responses in their places; shapes stay references."""
    contract = document(language)
    shared = {
        f"#/components/{kind}/{name}": part
        for kind, parts in contract["components"].items()
        for name, part in parts.items()
        if kind != "schemas" or not name[0].isupper()
    }

    def place(part: Any) -> Any:
        if isinstance(part, dict):
            part = shared.get(part.get("$ref", ""), part)
            return {name: place(value) for name, value in part.items()}
        return [place(one) for one in part] if isinstance(part, list) else part

    return {**contract, "paths": place(contract["paths"])}
