"""`python -m dev.record make FILE` records the demonstration, `python -m dev.record compare A B` prints differences.

Two recordings of the same code are equal. `make --like A` visits exactly the addresses of the recording A.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.recording.comparing import compare

ROOT = Path(__file__).resolve().parents[1]
# Nothing of the caller's services and secrets.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "dev.settings",
    "PYTHONHASHSEED": "0",
    "SECRET_KEY": "only-for-recordings-0123456789-0123456789-0123456789",
    "DEMO_PASSWORD": "only-for-recordings",
    "LOG_LEVEL": "ERROR",
}
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="make the demonstration and record it")
    make.add_argument("file", type=Path, help="JSON lines; compressed if it ends in .gz")
    make.add_argument("--accounts", nargs="*", default=[], help="only these")
    make.add_argument("--most", type=int, default=10_000, help="pages for each account and language")
    make.add_argument("--like", type=Path, help="visit the addresses of this recording")
    make.add_argument("--processes", type=int, default=os.cpu_count(), help="at once; the recording is the same")
    against = commands.add_parser("compare", help="print the differences of two recordings")
    against.add_argument("before", type=Path)
    against.add_argument("after", type=Path)
    against.add_argument("--without-ids", action="store_true", help="ids may differ")
    against.add_argument("--most", type=int, default=8, help="differences shown for each route")
    options = parser.parse_args()
    if options.command == "make":
        return record(options)
    different = False
    for line in compare(options.before, options.after, without_ids=options.without_ids, most=options.most):
        different = True
        sys.stdout.write(f"{line}\n")
    return int(different)


def record(options: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "dev.recording.making", str(options.file.resolve()), "--most", str(options.most)]
    command += ["--processes", str(options.processes)]
    if options.accounts:
        command += ["--accounts", *options.accounts]
    if options.like:
        command += ["--like", str(options.like.resolve())]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        environment = kept | ENVIRONMENT | {"DATA_DIR": folder}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
