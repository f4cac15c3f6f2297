"""Digests of the chain: SM3 (GB/T 32905) where OpenSSL offers it, else SHA-256. Each row names its algorithm."""

import hashlib
import json
from typing import Any

ALGORITHM = "sm3" if "sm3" in hashlib.algorithms_available else "sha256"
DOMAIN = b"coordination/journal/1\n"


def canonical(value: Any) -> str:
    """Returns the canonical JSON of a value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str, algorithm: str = ALGORITHM) -> str:
    return hashlib.new(algorithm, DOMAIN + text.encode()).hexdigest()


def content_digest(content: Any) -> str:
    """Returns algorithm and digest of any canonical content as `sm3:…`. Used for packages and lead revisions."""
    return f"{ALGORITHM}:{digest(canonical(content))}"
