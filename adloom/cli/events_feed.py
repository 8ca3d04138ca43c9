"""Portions of events as they are read: beside the event loop, so that sending never waits for it.

Small files and the standard input are read in a thread. A large file gets a process, which is a
second core's worth of mapping and hashing; `adloom.cli.events_child` is its other end.
"""

import asyncio
import struct
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing, suppress
from pathlib import Path
from typing import Final

import msgspec

from adloom.cli.events_portions import Begun, Job, Portion, ReadingFault
from adloom.cli.events_reading import read_portions
from adloom.errors import AdloomError, UsageError

__all__ = ["HEAD", "Failure", "Frame", "feed"]

#: From this many bytes on, a process is worth the time it takes to start.
WORTH_A_PROCESS: Final = 4_000_000
#: Portions that wait to be taken, at most.
AHEAD: Final = 2
#: Before each frame stands how many bytes it has.
HEAD: Final = struct.Struct(">I")


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """Why a reading ended early.

    Args:
        message: What happened.
        hint: What to do about it.
        usage: Whether the input is wrong; otherwise adloom is.
    """

    message: str
    hint: str | None
    usage: bool


Frame = Begun | Portion | Failure


async def feed(job: Job) -> AsyncGenerator[Begun | Portion]:
    """Read a source, the next portions while the last is being dealt with.

    Raises:
        UsageError: It cannot be read, or is not what it was taken for.
    """
    parts = _in_process(job) if _is_large(job) else _in_thread(job)
    async with aclosing(parts):
        async for part in parts:
            yield part


def _is_large(job: Job) -> bool:
    try:
        return job.limit == 0 and Path(job.file).stat().st_size >= WORTH_A_PROCESS
    except OSError:
        return False


async def _in_thread(job: Job) -> AsyncGenerator[Begun | Portion]:
    loop = asyncio.get_running_loop()
    parts: asyncio.Queue[Begun | Portion | BaseException | None] = asyncio.Queue()
    room, stopped = threading.Semaphore(AHEAD), threading.Event()

    def hand_over(part: Begun | Portion | BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop has gone, and so has who wanted it
            loop.call_soon_threadsafe(parts.put_nowait, part)

    def read() -> None:
        end: BaseException | None = None
        try:
            with closing(read_portions(job)) as found:
                for part in found:
                    hand_over(part)
                    room.acquire()
                    if stopped.is_set():
                        return
        except BaseException as error:  # noqa: BLE001 - raised where it was asked for
            end = error
        hand_over(end)

    # A thread that waits for somebody to type must not keep the program from ending.
    threading.Thread(target=read, name="read events", daemon=True).start()
    try:
        while (part := await parts.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
            room.release()
    finally:
        stopped.set()
        room.release()


async def _in_process(job: Job) -> AsyncGenerator[Begun | Portion]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "adloom.cli.events_child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None  # noqa: S101 - asked for above
    assert child.stdout is not None  # noqa: S101 - asked for above
    # The next frame is taken while the last is being dealt with, so that the child goes on.
    following = asyncio.ensure_future(_frame(child.stdout))
    try:
        child.stdin.write(msgspec.msgpack.encode(job))
        child.stdin.write_eof()
        while (frame := await following) is not None:
            if isinstance(frame, Failure):
                raise _error_of(frame)
            following = asyncio.ensure_future(_frame(child.stdout))
            yield frame
        if code := await child.wait():
            raise AdloomError(
                f"The process that reads {job.file} ended by itself (code {code}).",
                hint="What was read is kept. Run the same command again.",
            )
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            # Its end is only noticed once what it has written is read.
            await child.communicate()


_DECODER: Final[msgspec.msgpack.Decoder[Frame]] = msgspec.msgpack.Decoder(Frame)


async def _frame(stream: asyncio.StreamReader) -> Frame | None:
    """The next frame; None where there is no more."""
    try:
        (size,) = HEAD.unpack(await stream.readexactly(HEAD.size))
        frame: Frame = _DECODER.decode(await stream.readexactly(size))
    except asyncio.IncompleteReadError:
        return None
    return frame


def _error_of(failure: Failure) -> Exception:
    if failure.usage:
        return UsageError(failure.message, hint=failure.hint)
    return ReadingFault(failure.message)
