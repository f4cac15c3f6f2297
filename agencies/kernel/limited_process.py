"""Runs a program of the product on a file from outside, in a separate process with limited memory and time."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .limits import CHILD_SECONDS

log = logging.getLogger(__name__)


def ask(program: Path, *arguments: str, content: bytes, env: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """Returns the JSON object that the program writes; None if it ended at its limits. The file is its input, never an
    argument."""
    command = [sys.executable, "-I", str(program), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  # a program of our own
            command, input=content, capture_output=True, timeout=CHILD_SECONDS, check=False, cwd="/", env=env or {}
        )
    except subprocess.TimeoutExpired:
        log.warning("%s took more than %d s", program.stem, CHILD_SECONDS)
        return None
    if done.returncode:
        log.warning("%s ended with %d", program.stem, done.returncode)
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
