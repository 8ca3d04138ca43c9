"""Bodies decoded piece by piece: one cut short or blown up is noticed (reliability.md §0.6)."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["Plain", "RefusedAnswerError", "TruncatedError", "Zlib", "decoder_for"]

CHUNK: Final = 65_536


class TruncatedError(Exception):
    """A body that is not whole."""


class RefusedAnswerError(Exception):
    """An answer that is whole but not acceptable."""


class Plain:
    """No content encoding."""

    def feed(self, raw: bytes) -> Iterable[bytes]:
        """Pass bytes through."""
        return [raw]

    def finished(self) -> bool:
        """Whether the body is whole; here the framing has said so already."""
        return True


class Zlib:
    """gzip or deflate, a piece at a time, so that a small body cannot fill the memory."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._stream = zlib.decompressobj(bits)
        self._started = False

    def feed(self, raw: bytes) -> Iterator[bytes]:
        """Decode some bytes into pieces of bounded size, each no sooner than it is asked for."""
        while raw:
            self._started = True
            if self._stream.eof:  # gzip may be several streams in a row
                self._stream = zlib.decompressobj(self._bits)
            try:
                part = self._stream.decompress(raw, CHUNK)
            except zlib.error:
                raise TruncatedError("sent a compressed body that is damaged") from None
            raw = self._stream.unconsumed_tail or self._stream.unused_data
            yield part

    def finished(self) -> bool:
        """Whether the stream came to its own end, or there was none at all."""
        return self._stream.eof or not self._started


def decoder_for(encoding: str) -> Plain | Zlib:
    """Choose the decoder for a `Content-Encoding`."""
    match encoding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip":
            return Zlib(16 + zlib.MAX_WBITS)
        case "deflate":
            return Zlib(zlib.MAX_WBITS)
        case other:
            raise RefusedAnswerError(f"used an encoding nobody asked for ({other[:20]})")
