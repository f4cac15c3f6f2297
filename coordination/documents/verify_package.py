#!/usr/bin/env python3
"""Verifies a referral package offline. 离线校验移送包。

python3 verify_package.py PACKAGE.zip [--index DIGEST]

Needs Python 3.8 or newer and nothing else. It checks that every file named in index.json exists and is unchanged, that
there are no other files, and that the frozen contents still have the digest they had at hand-over. It compares each
evidence file with the digest in the frozen contents, and names those that are not in the package. Pass with --index
the digest that the system displayed at download, because a person who can change a file can change index.json as well.
Exit status: 0 whole, 1 changed, 2 not a package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from typing import Any

FORMAT = "referral-package/1"
DOMAIN = b"coordination/journal/1\n"
OWN = "index.json"


def main() -> int:
    reader = argparse.ArgumentParser(description="Verifies a referral package offline.")
    reader.add_argument("package")
    reader.add_argument("--index", default="", help="SHA-256 of index.json as displayed at download")
    options = reader.parse_args()
    try:
        with zipfile.ZipFile(options.package) as package:
            index = json.loads(package.read(OWN).decode("utf-8"))
            if not isinstance(index, dict) or index.get("format") != FORMAT:
                raise ValueError("index.json is not of the format " + FORMAT)
            wrong, notes = check(package, index, options.index)
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        print(f"NOT A PACKAGE 不是移送包: {error}")
        return 2
    for line in notes:
        print("note 提示: " + line)
    for line in wrong:
        print("WRONG 不符: " + line)
    print("CHANGED 已被改动" if wrong else f"WHOLE 完整: {len(index['files'])} files")
    return 1 if wrong else 0


def check(package: zipfile.ZipFile, index: dict[str, Any], expected: str) -> tuple[list[str], list[str]]:
    wrong: list[str] = []
    notes: list[str] = []
    if expected and sha256(package.read(OWN)) != expected.split(":")[-1].lower():
        wrong.append("index.json is not the one whose digest was displayed at download")
    names = package.namelist()
    named = {one["path"]: one for one in index["files"]}
    wrong += [f"{name} appears twice" for name in sorted(set(names)) if names.count(name) > 1]
    wrong += [f"{name} is not in the index" for name in sorted(set(names) - set(named) - {OWN})]
    for path, one in sorted(named.items()):
        if path not in names:
            wrong.append(f"{path} is missing")
        elif sha256(read(package, path)) != one["sha256"]:
            wrong.append(f"{path} has been changed")
    for one in index["frozen"]:
        if one["path"] in names:
            recorded, text = one["digest"], read(package, one["path"])
            found = digest(recorded.split(":")[0], text)
            if found is None:
                notes.append(f"this Python cannot compute {recorded}; the SHA-256 of {one['path']} was compared")
            elif found != recorded:
                wrong.append(f"{one['path']} does not have the digest it had at hand-over")
            evidence(text, [one["sha256"] for one in index["files"] if one["kind"] == "evidence file"], notes)
    return wrong, notes


def evidence(frozen: bytes, digests: list[str], notes: list[str]) -> None:
    """Notes the frozen files whose content is not in the package."""
    try:
        content = json.loads(frozen.decode("utf-8"))
    except ValueError:  # reported as changed
        return
    for one in content.get("files", []) if isinstance(content, dict) else []:
        if one["sha256"] not in digests:
            notes.append(f"{one['number']} {one['title']} was handed over and is not in this package")


def read(package: zipfile.ZipFile, path: str) -> bytes:
    """The stored bytes; a wrong checksum of the archive is reported below as a changed file."""
    try:
        return package.read(path)
    except zipfile.BadZipFile:
        return b""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest(algorithm: str, text: bytes) -> str | None:
    try:
        return algorithm + ":" + hashlib.new(algorithm, DOMAIN + text).hexdigest()
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
