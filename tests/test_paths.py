"""Paths of an API, and nothing that could lead elsewhere (reliability.md §4.3)."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adloom.errors import InvalidParamsError
from adloom.paths import LONGEST, check_path, split_version

PIECES = ["/", "ad", "get", "..", ".", "%2e", "%2f", "//", "\\", "@evil.test", ":", "?", "#", " "]
SIGNS = ["https:", "\n", "\x00", "é", "A", "_", "v1.3"]
ODD = st.lists(st.sampled_from([*PIECES, *SIGNS])).map("".join)
SHORT = ["", "/", "//", "ad/get/", "/ad/get", "/ad//get/", "/Ad/get/", "/ad/get/?x=1", "/a-b/"]
FOREIGN = ["/../", "/ad/%2e%2e/", "//evil.test/", "@evil.test/", "https://evil.test/"]
PATHS = st.lists(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), min_size=1, max_size=4)


@given(PATHS)
def test_words_between_slashes_are_a_path(words: list[str]) -> None:
    path = f"/{'/'.join(words)}/"

    assert path == check_path(path)


@given(st.text() | ODD)
@example("/ad/get/\n")
@example("/ad/get/\u2028")
def test_whatever_passes_stays_where_it_is_put(path: str) -> None:
    try:
        check_path(path)
    except InvalidParamsError:
        return
    parts = urlsplit(f"https://ads.example{path}")

    assert ("ads.example", path, "", "") == (
        parts.netloc,
        unquote(parts.path),
        parts.query,
        parts.fragment,
    )
    assert re.fullmatch(r"[a-z0-9_/]+", path)


@pytest.mark.parametrize("path", [*SHORT, *FOREIGN, f"/{'a' * 65}/", "/" + "a/" * LONGEST])
def test_anything_else_is_refused_with_an_example(path: str) -> None:
    with pytest.raises(InvalidParamsError, match="like /ad/get/"):
        check_path(path)


def test_a_path_may_be_as_long_as_the_longest() -> None:
    path = "/" + "abcde/" * 49 + "abcd/"

    assert LONGEST == len(check_path(path))
    with pytest.raises(InvalidParamsError):
        check_path("/a" + path)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/ad/get/", (None, "/ad/get/")),
        ("ad/get", (None, "/ad/get/")),
        ("  /ad/get/ ", (None, "/ad/get/")),
        ("/open_api/v1.2/ad/get", ("v1.2", "/ad/get/")),
        ("open_api/v1.3/ad/get/", ("v1.3", "/ad/get/")),
        ("v1.3/ad/get/", ("v1.3", "/ad/get/")),
        ("/v1.3/", ("v1.3", "/")),
        ("/open_api/ad/get/", (None, "/open_api/ad/get/")),
        ("https://evil.test/v1.3/ad/", (None, "/https://evil.test/v1.3/ad/")),
        ("", (None, "/")),
    ],
)
def test_a_version_in_front_is_told_apart(written: str, expected: tuple[str | None, str]) -> None:
    assert expected == split_version(written)
