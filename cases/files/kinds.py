"""The types of files that may be attached besides scans: Word, Excel and text. Decided by content, never by name."""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from defusedxml.ElementTree import ParseError, fromstring

from agencies.kernel import limits
from cases.papers.files import ENDINGS, KINDS, FileType
from cases.papers.opening import FileFinding

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
MAIN_PART = {WORD: "word/document.xml", EXCEL: "xl/workbook.xml"}
# Relations that load something from elsewhere when the document is opened. A hyperlink waits for the reader.
LOADED = ("attachedTemplate", "oleObject", "frame", "subDocument", "externalLinkPath")
# RuntimeError is a password, NotImplementedError an unknown compression; ValueError includes a type declaration.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ParseError, KeyError, ValueError, IndexError, OverflowError),
    *(NotImplementedError, RuntimeError),
)


def _office(media_type: str) -> FileType:
    def fits(content: bytes) -> bool:
        return content.startswith(b"PK\x03\x04") and MAIN_PART[media_type] in _names(content)

    return FileType(fits, _examine_office)


def _names(content: bytes) -> set[str]:
    """The names of the parts; none for a directory beyond the limit, which is not read."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or int.from_bytes(content[end + 12 : end + 16], "little") > limits.OFFICE_DIRECTORY:
        return set()
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return set(parts.namelist())
    except UNREADABLE:
        return set()


def _examine_office(content: bytes) -> FileFinding:
    """Looks into the directory and the relations of the document. It unpacks nothing else."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            listed = parts.infolist()
            if len(listed) > limits.OFFICE_PARTS or sum(one.file_size for one in listed) > limits.OFFICE_BYTES:
                return FileFinding("costly")
            return _finding(parts, listed)
    except UNREADABLE:
        return FileFinding("broken")


def _finding(parts: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> FileFinding:
    for one in listed:
        name = one.filename.lower()  # office programs ignore the case of names
        if "vbaproject" in name:
            return FileFinding("active", "VBA")
        if "/activex/" in name or "/embeddings/" in name:
            return FileFinding("active", "OLE")
        if name.endswith(".rels"):
            with parts.open(one) as stream:
                relations = stream.read(limits.OFFICE_RELATIONS + 1)  # the header may name a smaller size
            if len(relations) > limits.OFFICE_RELATIONS:
                return FileFinding("costly")
            if _loads(fromstring(relations, forbid_dtd=True)):
                return FileFinding("active", "TargetMode=External")
    return FileFinding()


def _loads(relations: Any) -> bool:
    found = (one.attrib for one in relations.iter() if one.get("TargetMode") == "External")
    return any(one.get("Type", "").endswith(LOADED) for one in found)


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


ALSO: Mapping[str, FileType] = {
    WORD: _office(WORD),
    EXCEL: _office(EXCEL),
    TEXT: FileType(_is_text, lambda content: FileFinding()),
}
SUFFIXES = {**ENDINGS, WORD: "docx", EXCEL: "xlsx", TEXT: "txt"}
MEDIA_TYPES = (*KINDS, *ALSO)
PICTURES = ("image/png", "image/jpeg")
