"""Sets what a scenario and its steps say: what a form asks for, a field at a time."""

from collections.abc import Collection, Mapping
from typing import Any

from adloom.fields import same_name
from adloom.services.editing_keys import opened, same, set_key, take_key
from adloom.services.editing_nodes import child, text_at
from scenarios.params import known_module, params_of, written_as_text
from scenarios.places import FieldPath
from scenarios.yaml_nodes import MapNode

__all__ = [
    "as_told",
    "set_connection",
    "set_description",
    "set_disabled",
    "set_limits",
    "set_name",
    "set_on_error",
    "set_params",
    "set_schedule",
    "set_setting",
    "set_start",
    "set_title",
    "set_when",
]

# --- steps ---------------------------------------------------------------------------------------


def as_told(text: str, path: FieldPath) -> Mapping[str, Any]:
    """The parameters of a module step by their own names, as its form is to show them.

    A number that is meant as text is the text that was written.
    """
    step = opened(text).find(path)
    params = child(step, "params")
    if not isinstance(params, MapNode):
        return {}
    module = text_at(step, "module") or ""
    known = known_module(module)
    fields = params_of(known) if known else {}
    names = {name: fields[same_name(name)].name for name in params.entries if _known(name, fields)}
    told = written_as_text(same_name(module), params)
    return {names.get(name, name): value for name, value in told.items()}


def set_params(
    text: str, path: FieldPath, values: Mapping[str, Any], cleared: Collection[str] = ()
) -> str:
    """Set parameters of a module step; what differs changes, all else keeps its bytes.

    Args:
        text: The file.
        path: The step.
        values: The new values by the parameters' own names; others stay as they are.
        cleared: Parameters that are left out from now on.

    Raises:
        UsageError: There is no such step, or the text is written in a way that forbids it.
    """
    told = as_told(text, path)
    written = _written_names(text, path)
    for name, value in values.items():
        if name in told and same(told[name], value):
            continue
        text = set_key(text, (*path, "params", written.get(name, name)), value)
    for name in cleared:
        text = take_key(text, (*path, "params", written.get(name, name)))
    return text


def _written_names(text: str, path: FieldPath) -> Mapping[str, str]:
    """How parameters are called in the file, by their own names."""
    step = opened(text).find(path)
    known = known_module(text_at(step, "module") or "")
    params = child(step, "params")
    fields = params_of(known) if known else {}
    names = params.entries if isinstance(params, MapNode) else {}
    return {fields[same_name(name)].name: name for name in names if _known(name, fields)}


def _known(name: str, fields: Mapping[str, Any]) -> bool:
    return same_name(name) in fields


def set_connection(text: str, path: FieldPath, connection: str | None) -> str:
    """Let a step use a connection, or none."""
    return set_key(text, (*path, "connection"), connection)


def set_title(text: str, path: FieldPath, title: str | None) -> str:
    """Give a step or a route a title, or none."""
    return set_key(text, (*path, "title"), title)


def set_when(text: str, path: FieldPath, condition: str | None) -> str:
    """Give a step or a route a condition, or none: `{{report.spend > 50}}`."""
    return set_key(text, (*path, "when"), condition)


def set_on_error(text: str, path: FieldPath, handler: str | Mapping[str, Any] | None) -> str:
    """Say what happens when a step fails: `ignore`, or `{retry: {count: 3}}`; None says nothing."""
    return set_key(text, (*path, "on_error"), handler)


def set_start(text: str, path: FieldPath, start: str | Mapping[str, Any] | None) -> str:
    """Say where a trigger starts first: `now`, `everything`, or `{since: 2026-11-01}`."""
    return set_key(text, (*path, "start"), start)


def set_disabled(text: str, path: FieldPath, *, disabled: bool) -> str:
    """Let bundles go past a step, or through it again."""
    return set_key(text, (*path, "disabled"), True if disabled else None)


# --- the scenario --------------------------------------------------------------------------------


def set_name(text: str, name: str) -> str:
    """Call the scenario something else."""
    return set_key(text, ("name",), name)


def set_description(text: str, description: str | None) -> str:
    """Say what the scenario is for."""
    return set_key(text, ("description",), description)


def set_schedule(text: str, schedule: str | Mapping[str, Any] | None) -> str:
    """Say when the scenario runs: `{every: 30 minutes}`, or `on demand`; None says nothing."""
    return set_key(text, ("schedule",), schedule)


def set_limits(text: str, limits: Mapping[str, Any] | None) -> str:
    """Say what the scenario may change at most; limits that are not given go."""
    return set_key(text, ("limits",), limits or None)


def set_setting(text: str, name: str, value: Any) -> str:
    """Change one setting; None takes it out, and the last one takes `settings` along."""
    path = ("settings", name)
    node = opened(text).look(("settings",))
    if value is None and isinstance(node, MapNode) and list(node.entries) == [name]:
        return take_key(text, ("settings",))
    return set_key(text, path, value)
