"""Where the sealing key comes from: the system's keyring, a file, a passphrase, the environment.

The user chooses one; adloom never falls back to another, and never to plain text
(reliability.md §4.4).
"""

import base64
import binascii
import os
import secrets
import threading
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from adloom.errors import UsageError, WorkspaceError
from adloom.files import check_private, open_private
from adloom.secret import Secret

__all__ = [
    "KEY_VARIABLE",
    "PASSPHRASE_VARIABLE",
    "EnvironmentKey",
    "FileKey",
    "KeySource",
    "KeyringKey",
    "PassphraseKey",
    "source_for",
]

KEY_BYTES: Final = 32
KEY_VARIABLE: Final = "ADLOOM_KEY"
PASSPHRASE_VARIABLE: Final = "ADLOOM_PASSPHRASE"  # noqa: S105 - the name, not the passphrase
SHORTEST_PASSPHRASE: Final = 12
# 64 MiB, three passes: about 0.15 s where this was written (reliability.md §4.4).
ARGON2: Final = {"iterations": 3, "lanes": 4, "memory_cost": 64 * 1024}
KEYRING_SECONDS: Final = 3.0
# Backends that keep a secret in a service of the operating system. Others store plain text
# (keyrings.alt) or forget what they are given (null).
KEYRING_BACKENDS: Final = ("SecretService", "libsecret", "kwallet", "macOS", "Windows")


class KeySource(ABC):
    """Yields the 32 bytes that wrap a vault's data key."""

    kind: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """What must be remembered to find the key again; nothing secret."""

    @abstractmethod
    def fetch(self) -> bytes:
        """Return the key.

        Raises:
            WorkspaceError: It is not there, or not a key.
            UsageError: It has to be given and was not.
        """

    def create(self) -> bytes:
        """Make a new key at the source, where that is ours to do, and return it."""
        return self.fetch()


class FileKey(KeySource):
    """A file with 32 random bytes, readable by its owner only, apart from the data.

    Args:
        path: Where it lies.
    """

    kind = "file"
    title = "a key file"

    def __init__(self, path: Path) -> None:
        self.path = path

    def describe(self) -> dict[str, Any]:
        """The file's place."""
        return {"path": str(self.path)}

    def fetch(self) -> bytes:
        """Read the file, after a look at who else could."""
        check_private(self.path)
        try:
            return _decode(self.path.read_bytes(), str(self.path))
        except OSError as error:
            raise WorkspaceError(f"{self.path} cannot be read: {error.strerror}.") from None

    def create(self) -> bytes:
        """Write a new file; an existing one is used as it is, never overwritten."""
        if self.path.exists():
            return self.fetch()
        open_private(self.path, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        return self.fetch()


class EnvironmentKey(KeySource):
    """A key handed in by whoever starts the process, as containers do.

    Args:
        environment: Where to look; the process's own by default.
    """

    kind = "environment"
    title = f"the variable {KEY_VARIABLE}"

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def describe(self) -> dict[str, Any]:
        """The variable's name."""
        return {"variable": KEY_VARIABLE}

    def fetch(self) -> bytes:
        """Read the variable."""
        text = self._environment.get(KEY_VARIABLE)
        if not text:
            raise UsageError(
                f"The key of this workspace is expected in {KEY_VARIABLE}, which is not set.",
                hint=f"export {KEY_VARIABLE}=… (make one with: openssl rand -base64 {KEY_BYTES})",
            )
        return _decode(text, KEY_VARIABLE)


class PassphraseKey(KeySource):
    """A key derived from a passphrase with Argon2id.

    Args:
        ask: Asks the person for the passphrase.
        salt: Of the existing key; a new one is drawn by default.
        cost: The parameters of the derivation.
    """

    kind = "passphrase"
    title = "a passphrase"

    def __init__(
        self,
        ask: Callable[[], Secret],
        *,
        salt: bytes | None = None,
        cost: Mapping[str, int] = ARGON2,
    ) -> None:
        self._ask = ask
        self._salt = salt or secrets.token_bytes(16)
        self._cost = dict(cost)
        self._key: bytes | None = None

    def describe(self) -> dict[str, Any]:
        """Salt and cost."""
        return {"salt": base64.b64encode(self._salt).decode(), "argon2id": self._cost}

    def fetch(self) -> bytes:
        """Ask for the passphrase, once, and derive."""
        if self._key is None:
            self._key = self._derive(self._ask())
        return self._key

    def create(self) -> bytes:
        """Ask for a passphrase that is worth its name, and derive."""
        passphrase = self._ask()
        if len(passphrase.reveal()) < SHORTEST_PASSPHRASE:
            raise UsageError(f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.")
        self._key = self._derive(passphrase)
        return self._key

    def _derive(self, passphrase: Secret) -> bytes:
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        derivation = Argon2id(
            salt=self._salt,
            length=KEY_BYTES,
            iterations=self._cost["iterations"],
            lanes=self._cost["lanes"],
            memory_cost=self._cost["memory_cost"],
        )
        return derivation.derive(unicodedata.normalize("NFC", passphrase.reveal()).encode())


class KeyringKey(KeySource):
    """A key kept by the operating system.

    Args:
        name: Under which name.
        backend: What keeps it; by default the system's own service, chosen by name.
    """

    kind = "keyring"
    title = "the system's keyring"

    def __init__(self, name: str, *, backend: Any = None) -> None:
        self.name = name
        self._backend = backend

    def describe(self) -> dict[str, Any]:
        """The entry's name."""
        return {"name": self.name}

    def fetch(self) -> bytes:
        """Ask the keyring, for a few seconds at most."""
        backend = self._backend or _system_keyring()
        text = _in_time(lambda: backend.get_password("adloom", self.name))
        if not text:
            raise WorkspaceError(
                f"The keyring holds no key named {self.name!r}.",
                hint="Unlock the keyring of the user who made this workspace.",
            )
        return _decode(text, "the keyring")

    def create(self) -> bytes:
        """Store a new key and read it back: some keyrings accept and forget."""
        backend = self._backend or _system_keyring()
        key = secrets.token_bytes(KEY_BYTES)
        text = base64.b64encode(key).decode()
        _in_time(lambda: backend.set_password("adloom", self.name, text))
        if self.fetch() != key:
            raise WorkspaceError("The keyring did not keep the key.", hint=OTHER_SOURCES)
        return key


OTHER_SOURCES: Final = "Choose another source: --key file, --key passphrase or --key environment."


def source_for(kind: str, description: Mapping[str, Any], ask: Callable[[], Secret]) -> KeySource:
    """Find an existing key again from what `describe` said."""
    match kind:
        case "file":
            return FileKey(Path(description["path"]))
        case "environment":
            return EnvironmentKey()
        case "keyring":
            return KeyringKey(description["name"])
        case "passphrase":
            salt = base64.b64decode(description["salt"])
            return PassphraseKey(ask, salt=salt, cost=description["argon2id"])
        case _:
            raise WorkspaceError(f"The workspace's key comes from {kind!r}, which is unknown here.")


def _decode(text: str | bytes, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise WorkspaceError(f"{place} holds no key: expected {KEY_BYTES} bytes in base64.")
    return key


def _system_keyring() -> Any:
    """The operating system's own keyring, or a clear refusal."""
    try:
        from keyring import backend as backends
    except ImportError:
        raise UsageError(
            "The keyring needs a package that is not installed.",
            hint="pip install 'adloom[keyring]', or choose --key file, passphrase or environment.",
        ) from None
    usable = [
        found
        for found in _in_time(backends.get_all_keyring)
        if type(found).__module__.startswith("keyring.backends.")
        and type(found).__module__.rsplit(".", 1)[1] in KEYRING_BACKENDS
    ]
    if not usable:
        raise UsageError("This system offers no keyring that can be trusted.", hint=OTHER_SOURCES)
    return max(usable, key=lambda found: float(found.priority))


def _in_time(work: Callable[[], Any]) -> Any:
    """Run a call into the keyring, which may wait for a prompt that nobody sees."""
    result: list[Any] = []
    failure: list[Exception] = []

    def attempt() -> None:
        try:
            result.append(work())
        except Exception as error:  # noqa: BLE001 - told to the caller below
            failure.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if failure:
        raise WorkspaceError("The keyring refused.", hint=OTHER_SOURCES, details=repr(failure[0]))
    if not result:
        raise WorkspaceError(
            f"The keyring did not answer within {KEYRING_SECONDS:.0f} seconds.",
            hint="Unlock it and try again.",
        )
    return result[0]
