"""What a connection to some web API is told."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.fields import Advanced
from adloom.paths import check_web_path
from connections.hosts import Origin, is_loopback, refuse_inside

__all__ = ["WebSettings", "address_of", "origin_of"]

#: Headers that belong to the transport.
NOT_FOR_SECRETS: Final = re.compile(
    r"host|connection|content-.*|transfer-encoding|te|trailer|upgrade|proxy-.*", re.IGNORECASE
)


def _base(address: str) -> str:
    """Check an address: https, or http on this machine; nothing behind its path."""
    try:
        origin, url = Origin.of(address), httpx.URL(address)
    except UsageError as error:
        raise ValueError(str(error)) from None
    if origin.scheme == "http" and not is_loopback(origin.host):
        raise ValueError(f"{origin.host} would be called without encryption; use https")
    if url.query or url.fragment or "?" in address or "#" in address:
        raise ValueError("it takes scheme, name, port and path, nothing behind them")
    return address


class WebSettings(BaseModel):
    """What a connection to a web API needs to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: Annotated[str, AfterValidator(_base)] = Field(
        title="Base address",
        description="What stands before every path, such as https://api.example.com/v1.",
    )
    login: Literal["none", "header", "oauth"] = Field(
        default="none",
        title="Login",
        description="Nothing, a secret header, or OAuth with client credentials.",
    )
    header_name: str = Field(
        default="Authorization",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        title="Header",
        description="Name of the secret header; its whole value is asked for.",
    )
    token_url: Annotated[str, AfterValidator(_base)] | None = Field(
        default=None,
        title="Token address",
        description="Where OAuth hands out tokens.",
    )
    client_id: str | None = Field(
        default=None,
        title="Client id",
        description="Name of your client at the token address.",
    )
    scope: str | None = Field(
        default=None,
        title="Scope",
        description="What to ask OAuth for, with blanks between the words.",
    )
    allow_private: bool = Field(
        default=False,
        title="Allow private addresses",
        description="Let it reach this machine and private networks.",
    )
    test_path: str = Field(
        default="/",
        title="Path to test",
        description="Read when the connection is tried; any answer but 401, 403 and 5xx is fine.",
    )
    requests_per_second: Annotated[float, Advanced()] = Field(
        default=5.0,
        gt=0,
        le=10_000,
        title="Requests per second",
        description="How fast all processes together may call this API.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if NOT_FOR_SECRETS.fullmatch(self.header_name):
            raise ValueError(f"header_name: {self.header_name} is not for secrets")
        if self.login == "oauth" and not (self.token_url and self.client_id):
            raise ValueError("login: oauth takes a token_url and a client_id as well")
        if not self.allow_private:
            for address in filter(None, (self.base_url, self.token_url)):
                try:
                    refuse_inside(Origin.of(address).host)
                except UsageError as error:
                    text = f"base_url: {error} If that is meant, allow private addresses."
                    raise ValueError(text) from None
        return self


def origin_of(settings: Mapping[str, Any]) -> Origin:
    """The machine a connection talks to."""
    return Origin.of(settings["base_url"])


def address_of(settings: Mapping[str, Any], path: str) -> str:
    """The address of a path, which stays below the base address.

    Raises:
        InvalidParamsError: It could lead elsewhere.
    """
    address = f"{settings['base_url'].rstrip('/')}{check_web_path(path)}"
    if Origin.of(address) != origin_of(settings):
        raise InvalidParamsError([Fault("path", "it leads to another machine")])
    return address
