"""Conversations recorded once and played back, with nothing secret in them (reliability.md §4.5).

    with conversation(path):            plays back; a question nobody recorded is an error
    with conversation(path, "all"):     records anew

The recorder sits on httpx's transport, below ours, so it sees the token: headers, queries, bodies
and answers all pass through a filter before they are written.
"""

import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import vcr  # type: ignore[import-untyped] # vcrpy carries no types

from adloom.json_text import JsonError, dump, parse_strict
from adloom.secret import redact

__all__ = ["conversation"]

HEADERS: Final = ("access-token", "authorization", "content-length", "cookie", "host", "user-agent")
FIELDS: Final = (
    "access_token",
    "app_secret",
    "auth_code",
    "client_secret",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "secret",
    "token",
)
KEPT_HEADERS: Final = ("content-type", "content-length", "date")
ADDRESS: Final = re.compile(r"^http://(127\.0\.0\.1|localhost)(:[0-9]+)?(?=/)")
#: Who somebody is to an app; adloom seals it like a secret.
OPEN_ID: Final = re.compile(rb'("open_id":")[^"]+')
PERSONAL: Final = re.compile(rb"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


def conversation(path: Path, mode: str = "none") -> AbstractContextManager[Any]:
    """Play back what is in a file, or record it."""
    recorder = vcr.VCR(
        record_mode=mode,
        match_on=["method", "path", "query"],
        filter_headers=list(HEADERS),
        filter_query_parameters=list(FIELDS),
        filter_post_data_parameters=list(FIELDS),
        before_record_request=_anywhere,
        before_record_response=_without_secrets,
    )
    found: AbstractContextManager[Any] = recorder.use_cassette(
        str(path), allow_playback_repeats=False
    )
    return found


def _anywhere(request: Any) -> Any:
    """The machine that was recorded is not the one that plays back."""
    request.uri = ADDRESS.sub("https://platform.invalid", request.uri)
    return request


def _without_secrets(response: Any) -> Any:
    """No tokens and addresses of people, no cookies, a length that is still true."""
    body = response["body"]["string"]
    try:
        # A hidden token is sent again when it is played back, so it has to fit into a header.
        body = dump(redact(parse_strict(body))).replace("•••".encode(), b"hidden")
        body = OPEN_ID.sub(rb"\1hidden", body)
    except JsonError:
        body = b""
    body = PERSONAL.sub(b"somebody@example.test", body)
    headers = {name.lower(): values for name, values in response["headers"].items()}
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    kept["content-length"] = [str(len(body))]
    return {**response, "headers": kept, "body": {"string": body}}
