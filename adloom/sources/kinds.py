"""What a file is, by its beginning, so that one that is something else is told at once."""

from pathlib import PurePath
from typing import Final

from adloom.errors import UsageError

__all__ = ["check_kind", "kind_of"]

SPREADSHEET: Final = "Save it as CSV (UTF-8) there, and name that file."
#: How files begin that hold no rows: what they are, and what to do.
FOREIGN: Final = (
    (b"PK\x03\x04", "a ZIP file, or a spreadsheet of Excel or LibreOffice", SPREADSHEET),
    (b"\xd0\xcf\x11\xe0", "an old document of Microsoft Office", SPREADSHEET),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it on the way: gunzip -c FILE | adloom … -"),
    (b"BZh", "compressed with bzip2", "Unpack it on the way: bunzip2 -c FILE | adloom … -"),
    (b"\xfd7zXZ\0", "compressed with xz", "Unpack it on the way: xz -dc FILE | adloom … -"),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed with zstd",
        "Unpack it on the way: zstd -dc FILE | adloom … -",
    ),
    (b"PAR1", "Parquet", "Write it as CSV or JSON lines first."),
    (b"%PDF", "a PDF document", "Export the rows themselves, as CSV."),
    (b"\x89PNG", "a PNG picture", "Name a file with rows."),
    (b"\xff\xd8\xff", "a JPEG picture", "Name a file with rows."),
    (b"GIF8", "a GIF picture", "Name a file with rows."),
    (b"\xff\xfe", "text in UTF-16", "Save it in UTF-8."),
    (b"\xfe\xff", "text in UTF-16", "Save it in UTF-8."),
    (b"<", "a web page or XML", "Export the rows as CSV or JSON."),
)
SQLITE: Final = b"SQLite format 3\0"
MARK: Final = b"\xef\xbb\xbf"


def kind_of(head: bytes, name: str, endings: dict[str, tuple[str, ...]]) -> str:
    """Which format a file has: its ending says, and where it does not, its beginning.

    A file of JSON, however it is called, is a list, one object, or one object a line.
    """
    ending = PurePath(name).suffix.lower()
    named = next((kind for kind, known in endings.items() if ending in known), None)
    if head.startswith(SQLITE):
        return "sqlite"
    text = head.removeprefix(MARK).lstrip()
    if named in (None, "json") and text[:1] in (b"{", b"["):
        return "jsonl" if text[:1] == b"{" and _is_a_line(text) else "json"
    return named or "csv"


def _is_a_line(text: bytes) -> bool:
    """Whether an object ends with its line, and another one follows."""
    line, _, rest = text.partition(b"\n")
    return line.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def check_kind(head: bytes, name: str, kind: str) -> None:
    """Refuse what is empty or something else.

    Raises:
        UsageError: It is; says what it looks like and what to do.
    """
    if not head.removeprefix(MARK).strip():
        raise UsageError(f"{name} is empty.", hint="Name a file with rows.")
    if head.startswith(SQLITE) != (kind == "sqlite"):
        what = "a SQLite database" if kind != "sqlite" else "no SQLite database"
        raise UsageError(f"{name} is {what}.", hint="Leave the format out, or name the right one.")
    for begins, what, hint in FOREIGN:
        if head.startswith(begins):
            raise UsageError(f"{name} is {what}; adloom cannot read rows from it.", hint=hint)
    text = head.removeprefix(MARK).lstrip()
    if kind == "jsonl" and text.startswith(b"["):
        raise UsageError(
            f"{name} holds a JSON list, not an object a line.", hint="Name the format: json"
        )
    if kind == "csv" and text[:1] in (b"{", b"["):
        raise UsageError(f"{name} holds JSON.", hint="Name the format: jsonl or json")
    if b"\0" in head and kind != "sqlite" and not _is_text(head):
        raise UsageError(f"{name} is no text.", hint="Name a file with rows: CSV, JSON, SQLite.")


def _is_text(head: bytes) -> bool:
    """Whether zeros are rare enough to be a slip within text."""
    return head.count(b"\0") * 100 < len(head)
