"""The types of files that may be attached besides scans: Word, Excel and text. Decided by content, never by name."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

from agencies.kernel import limits
from cases.papers.files import ENDINGS, KINDS, Kind
from cases.papers.opening import Finding

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
MAIN_PART = {WORD: "word/document.xml", EXCEL: "xl/workbook.xml"}
RELATION = re.compile(rb"<Relationship\b[^>]*>")
# Relations that load something from elsewhere when the document is opened. A hyperlink waits for the reader.
LOADED = (b"attachedTemplate", b"oleObject", b"frame", b"subDocument", b"externalLinkPath")


def _office(media_type: str) -> Kind:
    def fits(content: bytes) -> bool:
        return content.startswith(b"PK\x03\x04") and MAIN_PART[media_type] in _names(content)

    return Kind(fits, _examine_office)


def _names(content: bytes) -> set[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return set(parts.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()


def _examine_office(content: bytes) -> Finding:
    """Looks into the directory and the relations of the document. It unpacks nothing else."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            listed = parts.infolist()
            if len(listed) > limits.OFFICE_PARTS or sum(one.file_size for one in listed) > limits.OFFICE_BYTES:
                return Finding("costly")
            for one in listed:
                if "vbaProject" in one.filename:
                    return Finding("active", "VBA")
                if "/activeX/" in one.filename or "/embeddings/" in one.filename:
                    return Finding("active", "OLE")
                if one.filename.endswith(".rels") and _loads(parts.read(one)):
                    return Finding("active", "TargetMode=External")
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError, OSError):
        return Finding("broken")
    return Finding()


def _loads(relations: bytes) -> bool:
    found = RELATION.findall(relations)
    return any(b"External" in one and any(kind in one for kind in LOADED) for one in found)


def _is_text(content: bytes) -> bool:
    return not content.startswith((b"PK", b"%PDF", b"\x89PNG", b"\xff\xd8")) and decoded(content) is not None


def decoded(content: bytes) -> str | None:
    """Returns the text, in UTF-8 or the Chinese national standard; None if it is no text."""
    if b"\x00" in content:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


ALSO: Mapping[str, Kind] = {
    WORD: _office(WORD),
    EXCEL: _office(EXCEL),
    TEXT: Kind(_is_text, lambda content: Finding()),
}
SUFFIXES = {**ENDINGS, WORD: "docx", EXCEL: "xlsx", TEXT: "txt"}
MEDIA_TYPES = (*KINDS, *ALSO)
PICTURES = ("image/png", "image/jpeg")
