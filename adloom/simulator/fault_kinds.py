"""Every way to be worse than TikTok, as data (reliability.md §2.3)."""

from collections.abc import Mapping
from typing import Final

from adloom.simulator.fault_model import SCOPES, FaultKind, When

__all__ = ["CATALOGUE", "KINDS", "OPEN_ERRORS", "told"]

BEFORE: Final[tuple[When, ...]] = ("before", "after")
AFTER: Final[tuple[When, ...]] = ("after", "before")
#: Kinds that need the honest answer, so that the request always takes effect first.
ALWAYS_AFTER: Final[tuple[When, ...]] = ("after",)

_ANSWERS: Final = (
    FaultKind(
        "code",
        "answer",
        "json",
        BEFORE,
        "The envelope holds this code, or the nearest there is.",
        ("code", "message", "field", "data"),
        (
            {"code": 40100, "message": "App reaches the QPS limit."},
            {
                "code": 40105,
                "message": "Access token is incorrect or has been revoked.",
                "times": 1,
            },
            {"code": 40105, "message": "Access token is incorrect or has been revoked."},
            {"code": 40002, "field": "page_size"},
            {"code": 50000},
            {"code": 50002, "message": "Processing error."},
            {"code": 60001, "message": "Under maintenance."},
        ),
    ),
    FaultKind("empty_body", "answer", "any", BEFORE, "HTTP 200 comes with an empty body."),
    FaultKind("html", "answer", "any", BEFORE, "A web page comes with HTTP 200.", ("body",)),
    FaultKind(
        "http",
        "answer",
        "any",
        BEFORE,
        "A gateway answers with its status, perhaps with Retry-After.",
        ("status", "body", "retry_after"),
        (
            {"status": 429, "retry_after": 1},
            {"status": 429, "retry_after": 0},
            {"status": 429, "retry_after": -1},
            {"status": 429, "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"},
            {"status": 500},
            {"status": 502},
            {"status": 503},
            {"status": 502, "when": "after"},
        ),
    ),
    FaultKind(
        "nested", "answer", "any", BEFORE, "The body is 100,000 nested brackets.", ("number",)
    ),
    FaultKind(
        "oversize",
        "answer",
        "any",
        BEFORE,
        "A small gzip body unpacks into a large one.",
        ("megabytes",),
        ({"megabytes": 200},),
    ),
    FaultKind(
        "redirect",
        "answer",
        "any",
        BEFORE,
        "The answer leads to another address.",
        ("status", "location"),
    ),
    FaultKind("slow", "answer", "any", BEFORE, "The right answer comes late.", ("seconds",)),
)

#: Errors of the Open Platform with their HTTP status (open_platform_and_events.md §I.2).
OPEN_ERRORS: Final[Mapping[str, int]] = {
    "access_token_invalid": 401,
    "internal_error": 500,
    "invalid_params": 400,
    "rate_limit_exceeded": 429,
    "scope_not_authorized": 401,
    "scope_permission_missed": 400,
}
_OPEN_ANSWERS: Final = tuple(
    FaultKind(
        name,
        "answer",
        "open",
        BEFORE,
        f"The Open Platform answers with HTTP {status} and this code.",
        ("message", "retry_after"),
        ({}, {"times": 1}),
    )
    for name, status in OPEN_ERRORS.items()
)

_DATA: Final = (
    FaultKind(
        "empty_last_page", "data", "pages", ALWAYS_AFTER, "The last page of a listing is empty."
    ),
    FaultKind(
        "extra_enum",
        "data",
        "json",
        ALWAYS_AFTER,
        "A field holds a word that nobody knows yet.",
        ("field",),
    ),
    FaultKind(
        "ids_as_numbers",
        "data",
        "json",
        ALWAYS_AFTER,
        "Ids come as numbers, however long they are.",
    ),
    FaultKind(
        "list_as_object",
        "data",
        "json",
        ALWAYS_AFTER,
        'Lists of objects come as objects: {"0": ..., "1": ...}.',
    ),
    FaultKind(
        "lone_surrogate",
        "data",
        "json",
        ALWAYS_AFTER,
        "A text is half of a surrogate pair.",
        ("field",),
    ),
    FaultKind("missing_field", "data", "json", ALWAYS_AFTER, "A field is missing.", ("field",)),
    FaultKind("null_field", "data", "json", ALWAYS_AFTER, "A field is null.", ("field",)),
    FaultKind(
        "other_type",
        "data",
        "json",
        ALWAYS_AFTER,
        "A field is an object instead of a plain value.",
        ("field",),
    ),
    FaultKind(
        "wrong_total",
        "data",
        "pages",
        ALWAYS_AFTER,
        "The total_number of a listing is off.",
        ("number",),
        ({"number": 7}, {"number": -3}),
    ),
)

_BYTES: Final = (
    FaultKind("bad_utf8", "bytes", "json", AFTER, "The body is not valid UTF-8."),
    FaultKind("bom", "bytes", "json", AFTER, "The body begins with a byte order mark."),
    FaultKind("duplicate_keys", "bytes", "json", AFTER, "The first field of the body comes twice."),
    FaultKind(
        "gzip_without_trailer",
        "bytes",
        "any",
        AFTER,
        "The gzip body lacks its checksum and its length.",
    ),
    FaultKind("huge_integer", "bytes", "json", AFTER, "A number has 5,000 digits.", ("number",)),
    FaultKind("infinite_number", "bytes", "json", AFTER, "A number is 1e999."),
    FaultKind("nan", "bytes", "json", AFTER, "A number is NaN."),
    FaultKind("truncated_gzip", "bytes", "any", AFTER, "The gzip body is cut in half."),
)

_WIRE: Final = (
    FaultKind("close", "wire", "any", BEFORE, "The connection closes without an answer."),
    FaultKind("cut_chunked", "wire", "any", AFTER, "The connection closes within a chunk."),
    FaultKind(
        "drip",
        "wire",
        "any",
        AFTER,
        "The headers or the body come a byte at a time.",
        ("part", "seconds"),
        ({"part": "body"}, {"part": "headers"}),
    ),
    FaultKind("garbage", "wire", "any", BEFORE, "What comes is not HTTP."),
    FaultKind(
        "no_length_cut",
        "wire",
        "any",
        AFTER,
        "A body that ends when the connection closes is cut in half.",
    ),
    FaultKind("reset", "wire", "any", BEFORE, "The connection is reset without an answer."),
    FaultKind("truncate", "wire", "any", AFTER, "The body is half as long as its Content-Length."),
)

_WORLD: Final = (
    FaultKind(
        "deleted_item",
        "world",
        "objects",
        AFTER,
        "The first objects of the page are deleted.",
        ("number",),
    ),
    FaultKind(
        "equal_times",
        "world",
        "objects",
        AFTER,
        "Objects all over the listing are edited in the same second.",
        ("number",),
    ),
    FaultKind(
        "new_item",
        "world",
        "objects",
        AFTER,
        "New objects appear at the top of the listing.",
        ("number",),
    ),
    FaultKind(
        "partial_failure",
        "world",
        "changes",
        ALWAYS_AFTER,
        "Every other item of a change fails: 20001.",
        ("number",),
    ),
    FaultKind(
        "repeat_last_page",
        "world",
        "pages",
        ALWAYS_AFTER,
        "Pages past the end repeat the last one.",
    ),
    FaultKind(
        "revoke_consent", "world", "tokens", AFTER, "The token of the request is revoked for good."
    ),
    FaultKind(
        "shrink_consent",
        "world",
        "tokens",
        AFTER,
        "The token loses the accounts that the request names.",
    ),
    FaultKind(
        "stale_replica",
        "world",
        "objects",
        ALWAYS_AFTER,
        "Reads show the accounts as they were when the rule began.",
    ),
    FaultKind(
        "updated_item",
        "world",
        "objects",
        AFTER,
        "The oldest objects of the account are edited.",
        ("number",),
    ),
)

#: Every kind of fault, by name.
CATALOGUE: Final[tuple[FaultKind, ...]] = tuple(
    sorted(
        (*_ANSWERS, *_OPEN_ANSWERS, *_DATA, *_BYTES, *_WIRE, *_WORLD), key=lambda kind: kind.name
    )
)
KINDS: Final[Mapping[str, FaultKind]] = {kind.name: kind for kind in CATALOGUE}


def told() -> str:
    """The kinds of faults as a list to read: names, where they strike, what happens."""
    name, scope = max(map(len, KINDS)), max(map(len, SCOPES))
    kinds = [f"  {kind.name:{name}}  {kind.scope:{scope}}  {kind.meaning}" for kind in CATALOGUE]
    scopes = [f"  {word:{scope}}  {where}" for word, where in SCOPES.items()]
    title = 'Faults, by rules like {"kind": "http", "status": 502, "path": "/ad/*", "times": 3}'
    return "\n".join([title, *kinds, "", "Where they strike", *scopes, ""])
