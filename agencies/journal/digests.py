"""Digests of the chain. SM3 (GB/T 32905) where this Python's OpenSSL offers it, else SHA-256; each row says which."""

import hashlib
import json
from typing import Any

ALGORITHM = "sm3" if "sm3" in hashlib.algorithms_available else "sha256"
DOMAIN = b"coordination/journal/1\n"


def canonical(value: Any) -> str:
    """One text for one content: sorted keys, no spaces, UTF-8, no floats."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str, algorithm: str = ALGORITHM) -> str:
    return hashlib.new(algorithm, DOMAIN + text.encode()).hexdigest()


def content_digest(content: Any) -> str:
    """Algorithm and digest of any canonical content, as `sm3:…`; for packages and lead revisions."""
    return f"{ALGORITHM}:{digest(canonical(content))}"
