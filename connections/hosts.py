"""Which machine a connection talks to."""

import ipaddress
from collections.abc import Mapping

from adloom.errors import UsageError
from connections.transport import Origin

__all__ = ["base_address", "is_loopback"]


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
    address = host.rstrip("/")
    if "://" not in address:
        names = ", ".join(known)
        raise UsageError(f"The host {host[:80]!r} is neither an address nor one of {names}.")
    origin = Origin.of(address)
    if origin.scheme == "http" and not is_loopback(origin.host):
        raise UsageError(
            f"{origin.host} would be called without encryption.",
            hint="Use https; http is for this machine only.",
        )
    if "/" in address.split("://", 1)[1]:
        raise UsageError(f"The host {host[:80]!r} holds a path; give scheme, name and port only.")
    return address


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, written as an address or as `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
