"""A way to a PostgreSQL server that breaks in the moment of a COMMIT.

    with cut_at_commit(server, arrives=True) as socket:
        ... server.address(schema, socket) ...

The first COMMIT that comes along is the last thing that gets through: either it reaches the server
and its answer is lost, or it is lost itself. Then the way is open again, or closed for good.
"""

import select
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.seams.postgres import PostgresServer

__all__ = ["cut_at_commit"]

NAME = ".s.PGSQL.5432"
PIECE = 1 << 16


class _Way:
    def __init__(self, server: Path, folder: Path, *, arrives: bool, heals: bool) -> None:
        self._server = server
        self._arrives = arrives
        self._heals = heals
        self._was_cut = threading.Event()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / NAME))
        self._listening.listen()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if self._was_cut.is_set() and not self._heals:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._server / NAME))
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with near, far, suppress(OSError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    piece = one.recv(PIECE)
                    cut = one is near and b"COMMIT" in piece and not self._was_cut.is_set()
                    if not piece:
                        return
                    if not cut or self._arrives:
                        (far if one is near else near).sendall(piece)
                    if cut:
                        self._was_cut.set()
                        # The server has done what it was told before the connection ends.
                        if self._arrives:
                            far.recv(PIECE)
                        return

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@contextmanager
def cut_at_commit(server: PostgresServer, *, arrives: bool, heals: bool = True) -> Iterator[Path]:
    """A folder with a socket that leads to the server until something is committed.

    Args:
        server: Where it leads.
        arrives: Whether the server gets to see the COMMIT.
        heals: Whether later connections get through.
    """
    folder = Path(tempfile.mkdtemp(prefix="adloom-cut-"))
    way = _Way(server.folder, folder, arrives=arrives, heals=heals)
    thread = threading.Thread(target=way.serve)
    thread.start()
    try:
        yield folder
    finally:
        way.close()
        thread.join()
        shutil.rmtree(folder)
