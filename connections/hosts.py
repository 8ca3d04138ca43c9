"""Which machine a connection talks to."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from adloom.errors import UsageError

__all__ = ["Origin", "base_address", "is_loopback"]

DEFAULT_PORTS: Final = {"https": 443, "http": 80}
LAST_PORT: Final = 65_535


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port: the only address a token may go to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, address: str | httpx.URL) -> "Origin":
        """Read the origin of an address.

        Raises:
            UsageError: It is no http or https address.
        """
        try:
            url = httpx.URL(address)
            usual = DEFAULT_PORTS[url.scheme]
            url.raw_host.decode().encode("idna")  # what a name server could not be asked
        except (httpx.InvalidURL, KeyError, UnicodeError):
            raise UsageError(
                f"This is not an http or https address: {str(address)[:80]!r}"
            ) from None
        port = usual if url.port is None else url.port
        if not url.host or url.userinfo or not 0 < port <= LAST_PORT:
            raise UsageError(f"This is not an address adloom can use: {str(address)[:80]!r}")
        return cls(url.scheme, url.host, port)


def base_address(host: str, known: Mapping[str, str]) -> str:
    """Return the address behind a host setting, without a closing slash.

    Args:
        host: One of the known names, or an address such as `http://127.0.0.1:8900`.
        known: Addresses by name.

    Raises:
        UsageError: It is neither, or an unprotected address beyond this machine.
    """
    if host in known:
        return known[host]
    scheme, mark, rest = host.rstrip("/").partition("://")
    if not mark or not rest:
        names = ", ".join(known)
        raise UsageError(f"The host {host[:80]!r} is neither an address nor one of {names}.")
    origin = Origin.of(f"{scheme}://{rest}")
    if origin.scheme == "http" and not is_loopback(origin.host):
        raise UsageError(
            f"{origin.host} would be called without encryption.",
            hint="Use https; http is for this machine only.",
        )
    if any(sign in rest for sign in "/\\?#@"):
        raise UsageError(f"The host {host[:80]!r} holds more than scheme, name and port.")
    return f"{origin.scheme}://{rest}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, written as an address or as `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
