"""The workspace: a folder with the user's settings, scenarios and databases."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import platformdirs
from pydantic import BaseModel, ConfigDict, Field

from adloom.errors import InvalidParamsError, WorkspaceError
from adloom.event_settings import EventIntakeSettings, EventSettings
from adloom.fields import validate

__all__ = [
    "SETTINGS_FILE",
    "STOP_FILE",
    "ConsoleSettings",
    "EventIntakeSettings",
    "EventSettings",
    "HistorySettings",
    "HttpSettings",
    "IntakeSettings",
    "NoticeSettings",
    "OAuthSettings",
    "PracticeSettings",
    "Settings",
    "Workspace",
    "find_workspace",
    "key_folder",
    "log_folder",
]

SETTINGS_FILE: Final = "adloom.toml"
# Anything that exists under this name in a workspace stops every change at once.
STOP_FILE: Final = "STOP"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OAuthSettings(_Section):
    """How consent comes back."""

    port: int = Field(
        default=8917,
        ge=1,
        le=65535,
        title="Port",
        description="Port on 127.0.0.1 on which adloom waits for the answer of a consent page.",
    )


class HttpSettings(_Section):
    """How platforms are called."""

    deadline: float = Field(
        default=30.0,
        ge=0.1,
        le=600,
        title="Deadline",
        description="Seconds after which a call is given up, whatever it is doing.",
    )
    visibility_lag: float = Field(
        default=5.0,
        ge=0,
        le=600,
        title="Visibility lag",
        description="Seconds until a change can be seen by a later read.",
    )
    largest_answer: int = Field(
        default=16_000_000,
        ge=1_000,
        title="Largest answer",
        description="Bytes, after decompression, beyond which an answer is refused.",
    )
    proxy: str | None = Field(
        default=None,
        title="Proxy",
        description="Address of an HTTP proxy; none is used unless it stands here.",
    )


class HistorySettings(_Section):
    """How long it is remembered what scenarios did."""

    days: int = Field(
        default=30,
        ge=1,
        le=3650,
        title="Days",
        description="How long executions that have ended are kept; what waits for you stays.",
    )
    megabytes: int = Field(
        default=1_000,
        ge=10,
        title="Megabytes",
        description="How large the journal may grow before the oldest ended executions go.",
    )


class NoticeSettings(_Section):
    """Who is told when a scenario needs somebody."""

    connection: str | None = Field(
        default=None,
        title="Connection",
        description="A connection of the kind notify; without it notices only go to the log.",
    )


class IntakeSettings(_Section):
    """Where requests from outside come in."""

    port: int = Field(
        default=8918,
        ge=0,
        le=65535,
        title="Port",
        description="Port on 127.0.0.1 that webhooks are sent to; 0 takes any that is free.",
    )


class ConsoleSettings(_Section):
    """Where the console is."""

    port: int = Field(
        default=8920,
        ge=0,
        le=65535,
        title="Port",
        description="Port on 127.0.0.1 of the web console; 0 takes any that is free.",
    )


class PracticeSettings(_Section):
    """Time that runs faster, to practise with a simulator that was started with the same speed."""

    speed: float = Field(
        default=1.0,
        ge=1,
        le=1_000,
        title="Speed",
        description="How many seconds pass in one; leave it at 1 for real accounts.",
    )
    since: datetime | None = Field(
        default=None,
        title="Since",
        description="The moment from which time runs faster, with its zone.",
    )


class Settings(_Section):
    """What stands in `adloom.toml`."""

    oauth: OAuthSettings = OAuthSettings()
    http: HttpSettings = HttpSettings()
    history: HistorySettings = HistorySettings()
    notices: NoticeSettings = NoticeSettings()
    intake: IntakeSettings = IntakeSettings()
    console: ConsoleSettings = ConsoleSettings()
    events: EventSettings = EventSettings()
    practice: PracticeSettings = PracticeSettings()


@dataclass(frozen=True)
class Workspace:
    """A folder that belongs to one user of adloom.

    Args:
        path: The folder.
        settings: Its settings, defaults filled in.
    """

    path: Path
    settings: Settings

    @property
    def connections(self) -> Path:
        """The database of connections and their sealed secrets."""
        return self.path / "connections.db"

    @property
    def journal(self) -> Path:
        """The database of what was done."""
        return self.path / "journal.db"

    @property
    def events(self) -> Path:
        """The database of events on their way."""
        return self.path / "events.db"

    @property
    def mappings(self) -> Path:
        """Where mapping files of events lie."""
        return self.path / "mappings"

    @property
    def scenarios(self) -> Path:
        """Where scenarios lie, one file each."""
        return self.path / "scenarios"

    @property
    def locks(self) -> Path:
        """Where running processes hold their locks."""
        return self.path / "locks"

    @property
    def stopped(self) -> bool:
        """Whether somebody pulled the kill switch."""
        return (self.path / STOP_FILE).exists()

    @classmethod
    def open(cls, path: Path) -> "Workspace":
        """Read the settings of an existing workspace.

        Raises:
            WorkspaceError: There is none, or its settings cannot be used.
        """
        file = path / SETTINGS_FILE
        try:
            with file.open("rb") as source:
                data = tomllib.load(source)
        except FileNotFoundError:
            raise WorkspaceError(
                f"There is no adloom workspace in {path}.",
                hint=f"Make one: adloom init {path}",
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{file} is not valid TOML: {error}") from None
        except OSError as error:
            raise WorkspaceError(f"{file} cannot be read: {error.strerror}") from None
        return cls(path, _read(file, data))


def _read(file: Path, data: dict[str, Any]) -> Settings:
    try:
        return validate(Settings, data)
    except InvalidParamsError as error:
        raise WorkspaceError(f"{file} holds settings that cannot be used:\n{error}") from None


def find_workspace(
    chosen: str | None, *, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Path:
    """Say which workspace is meant.

    The one named, else `ADLOOM_WORKSPACE`, else the current folder if it is a workspace, else the
    user's data folder.

    Raises:
        WorkspaceError: The name cannot be that of a folder.
    """
    environment = os.environ if environment is None else environment
    folder = folder or Path.cwd()
    if named := chosen or environment.get("ADLOOM_WORKSPACE"):
        try:
            return Path(named).expanduser().absolute()
        except RuntimeError as error:
            raise WorkspaceError(f"{named} is no place for a workspace: {error}") from None
    if (folder / SETTINGS_FILE).exists():
        return folder
    return Path(platformdirs.user_data_dir("adloom", appauthor=False))


def key_folder() -> Path:
    """Where key files lie: apart from the data they open."""
    return Path(platformdirs.user_config_dir("adloom", appauthor=False)) / "keys"


def log_folder() -> Path:
    """Where crash reports are written."""
    return Path(platformdirs.user_log_dir("adloom", appauthor=False))
