"""The form of a connection: what it shows, and what was typed into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import BaseModel
from pydantic import Field as Declared

from adloom.console.forms import (
    Form,
    Posted,
    form_of,
    secret_fields,
    secrets_from,
    values_from,
)
from adloom.errors import Fault, InvalidParamsError
from adloom.secret import Secret
from adloom.services.connecting import LASTING, check_secrets, checked_settings, wanted_secrets
from connections.connection import Connection, check_name
from connections.providers.base import Provider

__all__ = ["Asked", "Faults"]

NAME: Final = "own."
SETTINGS: Final = "set."
SECRETS: Final = "secret."
#: What hardly anybody has to change.
TUCKED: Final = frozenset({"host", "redirect_uri", "requests_per_second", "legacy_sound_host"})
#: Secrets that are several, one per line.
SEVERAL: Final = frozenset({"addresses"})
#: Names that are addresses of the console's own.
RESERVED: Final = frozenset({"new", "consent"})
#: Settings that may be left out only where there is no connection.
NEEDED: Final = ("folder",)
#: What a first connection of a kind is called unless somebody has a better name.
SUGGESTED: Final = {
    "tiktok-business": "ads",
    "tiktok": "account",
    "tiktok-events": "events",
    "notify": "team",
    "tiktok-public": "public",
}


class _Named(BaseModel):
    """What a connection is called."""

    name: str = Declared(
        title="Name",
        description="What you call it here: lower-case letters, digits and dashes.",
    )


@dataclass
class Faults:
    """What is wrong with a form, by the part of it."""

    name: list[Fault] = field(default_factory=list)
    settings: list[Fault] = field(default_factory=list)
    secrets: list[Fault] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.name or self.settings or self.secrets)


@dataclass(frozen=True)
class Asked:
    """What a form of a connection is about.

    Args:
        provider: The platform.
        port: Where answers of consents are awaited.
        old: The connection that is renewed; None for a new one.
        token: Whether an access token is brought along.
        posted: What was typed; None for a form that is new.
        attempt: The connection as it was tried before, in vain; its secrets are still known.
        attempt_id: The consent of that attempt.
        taken: Names that are taken.
    """

    provider: Provider
    port: int
    old: Connection | None = None
    token: bool = False
    posted: Posted | None = None
    attempt: Connection | None = None
    attempt_id: str = ""
    taken: Sequence[str] = ()

    @property
    def needs_consent(self) -> bool:
        """Whether the owner has to agree on a page."""
        return self.provider.consents and not self.token

    @property
    def lasting(self) -> Mapping[str, object]:
        """The settings that stay as they are."""
        settings = self.old.settings if self.old else {}
        return {name: settings[name] for name in LASTING if settings.get(name) is not None}

    # --- shown ----------------------------------------------------------------------------------

    def name_form(self, faults: Faults) -> Form | None:
        """What it is called, for a new one."""
        if self.old is not None:
            return None
        suggested = self.attempt.name if self.attempt else self._suggestion()
        values = {"name": suggested} if self.posted is None else {}
        return form_of(_Named, values, faults=faults.name, prefix=NAME, typed=self.posted)

    def settings_form(self, faults: Faults) -> Form:
        """What is not secret."""
        filled = self.attempt or self.old
        values = dict(filled.settings) if filled else {}
        form = form_of(
            self.provider.settings_model,
            {name: value for name, value in values.items() if value is not None},
            faults=faults.settings,
            prefix=SETTINGS,
            typed=self.posted,
        )
        shown = [one for one in form if self.old is None or one.path not in LASTING]
        hidden = TUCKED if self.provider.consents or self.provider.secret_titles else frozenset()
        fields = [replace(one, advanced=one.advanced or one.path in hidden) for one in shown]
        return replace(form, fields=tuple(fields))

    def secrets_form(self, faults: Faults) -> Form:
        """What is secret; it never holds what is known."""
        wanted = wanted_secrets(self.provider, self._likely_settings(), token=self.token)
        return secret_fields(
            wanted, known=self._known(), several=SEVERAL, faults=faults.secrets, prefix=SECRETS
        )

    # --- read -----------------------------------------------------------------------------------

    def read(self) -> tuple[Connection | None, Faults]:
        """The connection that was typed, or everything that is wrong with it."""
        faults = Faults()
        name = self.old.name if self.old else self._name(faults)
        settings = self._settings(faults)
        secrets = self._secrets(settings or self._likely_settings(), faults)
        if faults or settings is None:
            return None, faults
        if self.old is not None:
            merged = {**self.old.secrets, **secrets}
            return replace(self.old, settings=settings, secrets=merged), faults
        return Connection(name, self.provider.name, settings, secrets=secrets), faults

    def _name(self, faults: Faults) -> str:
        typed = (self.posted or {}).get(f"{NAME}name", ("",))
        name = typed[-1].strip()
        try:
            check_name(name)
        except InvalidParamsError as error:
            faults.name += error.faults
        if name in RESERVED:
            faults.name.append(Fault("name", "is a word of the console's own; take another one"))
        if name in self.taken:
            faults.name.append(Fault("name", "there already is a connection of this name"))
        return name

    def _settings(self, faults: Faults) -> dict[str, object] | None:
        try:
            typed = values_from(self.provider.settings_model, self.posted or {}, SETTINGS)
            settings = checked_settings(self.provider, {**typed, **self.lasting}, port=self.port)
        except InvalidParamsError as error:
            faults.settings += error.faults
            return None
        # Only the workspace's own folder goes without saying, and that needs no connection.
        faults.settings += [
            Fault(name, "is missing") for name in NEEDED if name in settings and not settings[name]
        ]
        return settings

    def _secrets(self, settings: Mapping[str, object], faults: Faults) -> dict[str, Secret]:
        wanted = wanted_secrets(self.provider, settings, token=self.token)
        typed = secrets_from(wanted, self.posted or {}, SECRETS)
        try:
            return check_secrets(wanted, typed, self._known())
        except InvalidParamsError as error:
            faults.secrets += error.faults
            return {}

    def _known(self) -> Mapping[str, Secret]:
        """The secrets that nobody has to type again."""
        old = self.old.secrets if self.old else {}
        return {**old, **(self.attempt.secrets if self.attempt else {})}

    def _likely_settings(self) -> Mapping[str, object]:
        """The settings as far as they can be told from a form that may be unfinished."""
        usual = {
            name: one.default for name, one in self.provider.settings_model.model_fields.items()
        }
        filled = self.attempt or self.old
        settings = dict(filled.settings) if filled else usual
        try:
            typed = values_from(self.provider.settings_model, self.posted or {}, SETTINGS)
        except InvalidParamsError:
            typed = {}
        known = {"login": ("none", "header", "oauth")}
        fitting = {
            name: value for name, value in typed.items() if value in known.get(name, (value,))
        }
        return {**settings, **fitting}

    def _suggestion(self) -> str:
        wanted = SUGGESTED.get(self.provider.name, self.provider.name)
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, 100)))
        return next((name for name in names if name not in self.taken), "")
