"""Compressed bodies, however they are cut."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.decoding import CHUNK, RefusedAnswerError, TruncatedError, decoder_for

BODIES = st.lists(st.binary(max_size=300) | st.just(b"0" * 70_000), max_size=3).map(b"".join)


def pieces(text: bytes, size: int) -> list[bytes]:
    return [text[start : start + size] for start in range(0, len(text), size)]


@given(BODIES, st.integers(1, 400), st.sampled_from(["gzip", "deflate", "X-GZIP "]))
def test_any_body_comes_out_whole_however_it_arrives(body: bytes, size: int, encoding: str) -> None:
    packed = zlib.compress(body) if encoding == "deflate" else gzip.compress(body)
    decoder = decoder_for(encoding)
    parts = [part for raw in pieces(packed, size) for part in decoder.feed(raw)]

    assert body == b"".join(parts)
    assert decoder.finished()


@given(BODIES, st.data())
def test_a_body_cut_anywhere_is_noticed(body: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(body)
    cut = data.draw(st.integers(1, len(packed) - 1))
    decoder = decoder_for("gzip")
    list(decoder.feed(packed[:cut]))

    assert not decoder.finished()


@given(BODIES, st.data())
def test_a_changed_byte_never_goes_unnoticed(body: bytes, data: st.DataObject) -> None:
    packed = bytearray(gzip.compress(body, mtime=0))
    place = data.draw(st.integers(10, len(packed) - 1))  # the header may say what it likes
    packed[place] ^= data.draw(st.integers(1, 255))
    decoder = decoder_for("gzip")
    try:
        parts = list(decoder.feed(bytes(packed)))
        whole = decoder.finished() and body != b"".join(parts)
    except TruncatedError:
        whole = False

    assert not whole


def test_a_bomb_comes_in_pieces_of_bounded_size() -> None:
    parts = decoder_for("gzip").feed(gzip.compress(b"0" * 10_000_000))

    assert CHUNK >= max(len(part) for part in parts)


def test_a_bomb_goes_off_no_further_than_it_is_wanted() -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    tracemalloc.start()
    parts = iter(decoder_for("gzip").feed(packed))
    wanted = [next(parts), next(parts)]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 2 * CHUNK >= len(b"".join(wanted))
    assert most < 1_000_000


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "\u2603"])
def test_an_encoding_nobody_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(RefusedAnswerError, match="nobody asked for"):
        decoder_for(encoding)
