"""Where webhooks may lead: this machine, and nowhere else."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

__all__ = ["Callback", "callback_of"]

PORTS: Final = {"http": 80, "https": 443}
#: `localhost` is never looked up, so that no name server can lead elsewhere.
HERE: Final = "127.0.0.1"


@dataclass(frozen=True)
class Callback:
    """An address that webhooks are delivered to.

    Args:
        address: The IP address that is connected to.
        port: The port.
        authority: What the header `Host` says.
        target: Path and query.
        is_encrypted: Whether it is https.
    """

    address: str
    port: int
    authority: str
    target: str
    is_encrypted: bool


def callback_of(url: str) -> Callback:
    """Read an address.

    Raises:
        ValueError: It is none, or TikTok would not take it, or it is not on this machine.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("Not a valid URL.") from None
    host = parts.hostname or ""
    is_plain_text = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or not is_plain_text:
        raise ValueError("Not a valid URL, expected https.")
    address = _address(host)
    if address is None and parts.scheme != "https":
        raise ValueError("Must begin with https.")
    if address is None:
        raise ValueError("This simulator delivers to loopback addresses only.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Callback(
        address, port or PORTS[parts.scheme], parts.netloc, target, parts.scheme == "https"
    )


def _address(host: str) -> str | None:
    """The loopback address that a host stands for."""
    if host == "localhost":
        return HERE
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    return str(found) if found.is_loopback else None
