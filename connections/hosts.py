"""Which machine a connection talks to."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from adloom.errors import UsageError

__all__ = ["Origin", "base_address", "inside_error", "is_loopback", "is_outside", "refuse_inside"]

DEFAULT_PORTS: Final = {"https": 443, "http": 80}
LAST_PORT: Final = 65_535
#: Addresses of IPv4 wrapped by a translator (RFC 6052).
TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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


def is_outside(address: str) -> bool:
    """Whether an IP address belongs to the public internet.

    Private, loopback, link-local, multicast and reserved addresses do not, also where an address
    of IPv6 only wraps one of them.
    """
    found = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    return found.is_global and not found.is_multicast


def refuse_inside(host: str) -> None:
    """Refuse a host that says by itself that it is not on the public internet.

    Raises:
        UsageError: It is `localhost` or an address of this machine or a private network.
    """
    name = host.rstrip(".").lower()
    try:
        outside = is_outside(name)
    except ValueError:
        outside = name != "localhost" and not name.endswith(".localhost")
    if not outside:
        raise inside_error(host)


def inside_error(host: str) -> UsageError:
    """What to say about a host inside; nothing has been sent to it."""
    return UsageError(
        f"{host} is on this machine or in a private network; nothing was sent.",
        hint="If that is meant, make the connection with --allow-private.",
    )


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
