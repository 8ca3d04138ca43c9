"""The mapping files of a workspace, as addresses that take events use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.fields import validate
from adloom.settings import EventIntakeSettings, EventSettings, Workspace

if TYPE_CHECKING:
    from modules.events.mapping import EventMapping
    from modules.events.pipeline import Pipeline

__all__ = ["Understood", "mark_of", "understood"]

LARGEST: Final = 1_000_000
#: Presets whose senders say in a header what a request is about.
TOPICS: Final = {"shopify": "x-shopify-topic"}


@dataclass(frozen=True)
class Understood:
    """How an address understands what it is sent.

    Args:
        reads: Makes events of records.
        topic_header: The header that says what a request is about.
    """

    reads: "Pipeline"
    topic_header: str | None


def mark_of(workspace: Workspace, settings: EventIntakeSettings) -> object:
    """Something that is another once the mapping file of an address has changed."""
    if settings.mapping is None:
        return None
    try:
        found = (workspace.mappings / settings.mapping).stat()
    except OSError as error:
        return error.errno
    return found.st_mtime_ns, found.st_size, found.st_ino


def understood(
    workspace: Workspace, settings: EventIntakeSettings, sends: Mapping[str, Any]
) -> Understood:
    """How an address understands what it is sent.

    Args:
        workspace: With the mapping file and the limits that go for all events.
        settings: Of the address.
        sends: Settings of the connection that sends: the source, its id, a test event code.

    Raises:
        InvalidParamsError: The mapping cannot be used; every fault with the setting it is in.
    """
    from modules.events.pipeline import Pipeline

    mapping, faults = _mapping(workspace, settings)
    if mapping is not None:
        try:
            mapping = _changed(mapping, settings, workspace.settings.events)
            pipeline = Pipeline(
                mapping,
                source=settings.source or sends["source"],
                source_id=settings.source_id or sends["source_id"],
                test_event_code=sends.get("test_event_code"),
            )
            return Understood(pipeline, TOPICS.get(mapping.preset or ""))
        except UsageError as error:
            at = "preset" if settings.preset else "mapping"
            faults.append(Fault(at, f"{error} {error.hint or ''}".strip()))
    raise InvalidParamsError(faults)


def _mapping(
    workspace: Workspace, settings: EventIntakeSettings
) -> "tuple[EventMapping | None, list[Fault]]":
    from modules.events.mapping import EventMapping

    if settings.mapping is None:
        return EventMapping(), []
    from scenarios.event_mappings import load_event_mapping

    try:
        text = _text(workspace.mappings / settings.mapping)
        return load_event_mapping(text, settings.mapping), []
    except UsageError as error:
        return None, [Fault("mapping", f"{error} {error.hint or ''}".strip())]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise UsageError(f"{path} is too large for a mapping file.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8, so it is no mapping file.") from None


def _changed(
    mapping: "EventMapping", settings: EventIntakeSettings, events: EventSettings
) -> "EventMapping":
    """The mapping with what the settings say where the file says nothing."""
    from modules.events.options import Options

    told: dict[str, Any] = mapping.options.model_dump(exclude_unset=True)
    told.setdefault("oldest_days", events.oldest_days)
    if settings.default_country:
        told.setdefault("default_country", settings.default_country)
    changes: dict[str, Any] = {"options": validate(Options, told)}
    if settings.preset:
        changes["preset"] = settings.preset
    return mapping.model_copy(update=changes)
