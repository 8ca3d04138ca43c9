"""One POST over a bare connection: all the HTTP that a webhook needs."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Final

import h11

from adloom.simulator.webhooks.addresses import Callback

__all__ = ["post"]

READ: Final = 65_536


async def post(callback: Callback, headers: Mapping[str, str], body: bytes) -> int:
    """Send a body and return the HTTP status of the answer, whose own body is not awaited.

    Raises:
        OSError: There is no connection, or it ends without an answer.
    """
    reader, writer = await asyncio.open_connection(
        callback.address, callback.port, ssl=_encryption() if callback.is_encrypted else None
    )
    try:
        talk = h11.Connection(h11.CLIENT)
        writer.write(_request(talk, callback, headers, body))
        await writer.drain()
        return await _status(talk, reader)
    except h11.RemoteProtocolError as error:
        raise ConnectionError(f"no HTTP: {error}") from None
    finally:
        writer.transport.abort()


def _encryption() -> ssl.SSLContext:
    """TLS with any certificate: those of this machine, the only one called, are homemade."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _request(
    talk: h11.Connection, callback: Callback, headers: Mapping[str, str], body: bytes
) -> bytes:
    given = {
        "Host": callback.authority,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    request = h11.Request(method="POST", target=callback.target, headers=list(given.items()))
    events = (request, h11.Data(data=body), h11.EndOfMessage())
    return b"".join(talk.send(event) or b"" for event in events)


async def _status(talk: h11.Connection, reader: asyncio.StreamReader) -> int:
    while True:
        event = talk.next_event()
        if isinstance(event, h11.Response):
            return event.status_code
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(READ))
        elif not isinstance(event, h11.InformationalResponse):
            raise ConnectionError("no answer")
