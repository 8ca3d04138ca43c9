"""What a browser gets to see that comes back from a consent page."""

from dataclasses import dataclass, replace
from typing import Final, Self

__all__ = ["CONNECTED", "NOTHING_HERE", "NOT_THIS_ONE", "REFUSED", "Shown"]

PAGE: Final = (
    "HTTP/1.1 {status}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\n"
    "Cache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Connection: close\r\n"
)
BODY: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>adloom</title>'
    '<body style="font-family:system-ui;margin:4rem auto;max-width:32rem">'
    "<h1>{title}</h1><p>{text}</p></body></html>"
)


@dataclass(frozen=True)
class Shown:
    """A page without anything on it that was asked for, or a way on.

    Args:
        status: The status line.
        title: Its heading.
        text: What it says.
        then: Where the browser is sent instead.
    """

    status: str
    title: str
    text: str
    then: str | None = None

    def leading_to(self, then: str | None) -> Self:
        """The same, as a way on if there is somewhere to go."""
        return replace(self, status="303 See Other", then=then) if then else self

    def written(self) -> bytes:
        """The answer as it goes over the wire."""
        body = BODY.format(title=self.title, text=self.text).encode()
        head = PAGE.format(status=self.status, length=len(body))
        way = f"Location: {self.then}\r\n" if self.then else ""
        return f"{head}{way}\r\n".encode() + body


CONNECTED: Final = Shown("200 OK", "Connected", "You can close this page and go back to adloom.")
REFUSED: Final = Shown("200 OK", "No consent", "Nothing was connected. You can close this page.")
NOTHING_HERE: Final = Shown(
    "404 Not Found", "Nothing here", "This address is not part of the consent."
)
NOT_THIS_ONE: Final = Shown(
    "400 Bad Request", "Not this one", "This answer belongs to another consent."
)
