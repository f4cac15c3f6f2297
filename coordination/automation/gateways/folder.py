"""The watched folder: packages are read from `in`, and receipts are written to `out`.

What was taken goes to `taken`; what was refused goes to `refused`, beside a file with the reason.
"""

import fcntl
import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import ActionError

from .actions import take_package
from .receipts import name_of, receipt_of

COPIED = timedelta(seconds=30)  # a file that changed later may still be being copied
log = logging.getLogger(__name__)


def watch_folder() -> int:
    """Takes in the packages that lie in the folder, in the order of their names. Returns how many were read.

    A package leaves `in` after it was taken and its receipt written, so one whose worker is killed is read again. One
    worker reads at a time; a package that cannot be read for another reason stops no other.
    """
    if not settings.GATEWAY_FOLDER:
        return 0
    folder = Path(settings.GATEWAY_FOLDER)
    for name in ("in", "out", "taken", "refused"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        found = [one for one in sorted((folder / "in").glob("*.zip")) if times.file_time(one) < times.now() - COPIED]
        for path in found:
            try:
                _read(folder, path)
            except Exception:  # it stays in `in` and is read again; the operator finds the reason in the log
                log.exception("a package of a gateway could not be read: %s", path.name)
        return len(found)


def _read(folder: Path, path: Path) -> None:
    try:
        package, _is_new = take_package(path.read_bytes(), actor=SYSTEM)
        receipt = folder / "out" / name_of(package)
        draft = receipt.with_suffix(".part")
        draft.write_bytes(receipt_of(package))
        draft.replace(receipt)
    except ActionError as refused:
        log.warning("a package of a gateway was refused: %s", refused.code)
        (folder / "refused" / f"{path.name}.txt").write_text(refused.detail, encoding="utf-8")
        path.replace(folder / "refused" / path.name)
    else:
        path.replace(folder / "taken" / path.name)
