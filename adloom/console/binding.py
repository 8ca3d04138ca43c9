"""Where the console may be reached, and under which names it answers."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Final

from adloom.errors import UsageError
from connections.hosts import is_loopback

__all__ = ["allowed_hosts", "allowed_origins", "check_binding"]

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
#: Ports a browser leaves out.
USUAL_PORTS: Final = {"http": 80, "https": 443}
HIGHEST_PORT: Final = 65_535
NAME: Final = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(?P<port>\d{1,5}))?"
)


def allowed_hosts(port: int, names: Sequence[str] = ()) -> tuple[str, ...]:
    """What the header `Host` may say; everything else may come from a rebound name.

    Args:
        port: Where the console listens.
        names: Further names; one with a port stands for itself, one without for that name at this
            port and at the usual ones, where a proxy stands.

    Raises:
        UsageError: A name is not one.
    """
    usual = LOOPBACK if port in USUAL_PORTS.values() else ()
    own = [f"{host}:{port}" for host in LOOPBACK]
    return tuple(
        dict.fromkeys([*own, *usual, *(one for name in names for one in _forms(name, port))])
    )


def allowed_origins(
    port: int, names: Sequence[str] = (), *, secure: bool = False
) -> tuple[str, ...]:
    """What the header `Origin` may say.

    Args:
        port: Where the console listens.
        names: Further names, as for `allowed_hosts`.
        secure: Whether browsers come by https; http is then for this machine only.

    Raises:
        UsageError: A name is not one.
    """
    near = allowed_hosts(port)
    far = [host for host in allowed_hosts(port, names) if host not in near]
    schemes = ("http", "https") if secure else ("http",)
    return (
        *(f"{scheme}://{host}" for scheme in schemes for host in near),
        *(f"{schemes[-1]}://{host}" for host in far),
    )


def check_binding(host: str, allow_hosts: Sequence[str], password_given: bool) -> None:
    """Refuse to open the console to other machines by accident.

    Args:
        host: The address it is to listen on.
        allow_hosts: The names under which it is to answer.
        password_given: Whether a password is asked for.

    Raises:
        UsageError: Others could reach it, and either no name or no password was given.
    """
    if is_loopback(host.strip("[]")):
        return
    missing = [
        *([] if allow_hosts else ["--allow-host with the name that people open"]),
        *([] if password_given else ["a password"]),
    ]
    if missing:
        raise UsageError(
            f"Other machines could reach the console at {host or 'every address'}, and it can "
            "spend money.",
            hint=f"Leave --host away, or also give {' and '.join(missing)}; put a proxy with TLS "
            "in front, since passwords and ads data would cross the network readable.",
        )


def _forms(name: str, port: int) -> Iterator[str]:
    """The ways a browser says a name."""
    host, own_port = _parsed(name)
    if own_port is None:
        yield f"{host}:{port}"
        yield host
        return
    yield f"{host}:{own_port}"
    if own_port in USUAL_PORTS.values():
        yield host


def _parsed(name: str) -> tuple[str, int | None]:
    lowered = name.lower()
    with_brackets = f"[{lowered}]" if _is_ipv6(lowered) else lowered
    found = NAME.fullmatch(with_brackets)
    host, port = (found["host"], found["port"]) if found else ("", None)
    is_whole = not host.startswith("[") or _is_ipv6(host[1:-1])
    if not host or not is_whole or not 0 < int(port or 1) <= HIGHEST_PORT:
        raise UsageError(
            f"{name[:80]!r} is not a name under which the console could answer.",
            hint="Write it as it stands in the browser, without http:// and path: ads.example or "
            "ads.example:8443.",
        )
    return host, int(port) if port else None


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6  # noqa: PLR2004 - that is its name
    except ValueError:
        return False
