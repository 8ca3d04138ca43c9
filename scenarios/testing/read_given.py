"""Reads what a case begins with, and what its steps find outside."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from scenarios.places import FieldPath
from scenarios.problems import near
from scenarios.section import Section
from scenarios.testing.model import Answer, Connection, ErrorKind, Given, GivenError
from scenarios.testing.parts import entries, mapping, read_record, records
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["ANSWER", "CALLS", "CONNECTION", "ERROR", "GIVEN", "read_given"]

GIVEN: Final = (
    "now", "execution", "bundles", "input", "answers", "stores", "variables", "connections",
)  # fmt: skip
ANSWER: Final = ("when", "call", "bundles", "error", "reads", "before", "data", "unchanged")
CALLS: Final = ("calls",)
ERROR: Final = ("kind", "code", "message")
CONNECTION: Final = ("provider", "account", "settings")
MOST_CALLS: Final = 100_000
LONGEST_ID: Final = 100

ReadT = TypeVar("ReadT")


def read_given(section: Section) -> Given:
    """What a case begins with."""
    given = Given()
    return Given(
        now=section.read("now", _moment) or given.now,
        execution=section.read("execution", _id) or given.execution,
        bundles=records(section, "bundles") or (),
        input=mapping(section, "input") if "input" in section else None,
        answers=_each(section, "answers", _answers),
        stores=_each(section, "stores", _plain),
        variables=mapping(section, "variables"),
        connections=_each(section, "connections", _connection),
    )


def _each(
    section: Section, name: str, read: Callable[[Node, FieldPath, Section], ReadT]
) -> dict[str, ReadT]:
    path = (*section.path, name)
    return {key: read(node, (*path, key), section) for key, node in entries(section, name).items()}


def _plain(node: Node, path: FieldPath, section: Section) -> dict[str, Any]:
    return read_record(node, path, section.problems) or {}


def _connection(node: Node, path: FieldPath, section: Section) -> Connection:
    inner = Section(node, path, section.problems, CONNECTION)
    return Connection(inner.text("provider"), mapping(inner, "account"), mapping(inner, "settings"))


def _answers(node: Node, path: FieldPath, section: Section) -> Sequence[Answer]:
    """What a step finds: bundles, one answer for all its calls, or one for each kind of call."""
    if isinstance(node, ListNode):
        read = (read_record(one, (*path, n), section.problems) for n, one in enumerate(node.items))
        return (Answer(bundles=tuple(one for one in read if one is not None), path=path),)
    if not (isinstance(node, MapNode) and "calls" in node.entries):
        return (_answer(node, path, section),)
    inner = Section(node, path, section.problems, CALLS)
    calls = inner.node_of("calls")
    if not isinstance(calls, ListNode) or not calls.items:
        inner.error("calls", "must be a list of answers, each after a dash")
        return ()
    return [_answer(one, (*path, "calls", n), section) for n, one in enumerate(calls.items)]


def _answer(node: Node, path: FieldPath, section: Section) -> Answer:
    inner = Section(node, path, section.problems, ANSWER)
    answer = Answer(
        when=mapping(inner, "when"),
        call=inner.whole("call", 1, 1, MOST_CALLS) if "call" in inner else None,
        bundles=records(inner, "bundles"),
        error=_error(inner),
        reads=mapping(inner, "reads"),
        before=records(inner, "before"),
        data=inner.data("data"),
        unchanged=inner.flag("unchanged", default=False),
        path=path,
    )
    if isinstance(node, MapNode) and not {*node.entries} - {"when", "call"}:
        known = ", ".join(name for name in ANSWER if name not in ("when", "call"))
        section.problems.error(node.place, path, "answers nothing", f"give it one of {known}")
    if answer.error and answer.bundles is not None:
        inner.error("error", "cannot be given together with bundles")
    if answer.unchanged and answer.bundles is None:
        inner.error("unchanged", "needs bundles: what the step hands on all the same")
    return answer


def _error(section: Section) -> GivenError | None:
    node = section.node_of("error")
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return GivenError(_kind(section, "error"))
    inner = section.inner("error", ERROR)
    code = inner.whole("code", 0, 0, 10**9) if "code" in inner else None
    kind = _kind(inner, "kind") if "kind" in inner else None
    if kind is None and code is None:
        inner.error("kind", "is required where there is no code of TikTok's", _kinds())
    return GivenError(kind, code, inner.text("message") or "")


def _kind(section: Section, name: str) -> ErrorKind | None:
    """A kind of error, also by the name of its class: `RateLimitedError`."""
    text = section.text(name) or ""
    folded = "".join(f" {one.lower()}" if one.isupper() else one for one in text).strip()
    folded = folded.removesuffix(" error").replace("_", " ").replace("limit exceeded", "limit")
    if folded in list(ErrorKind):
        return ErrorKind(folded)
    known = [str(one) for one in ErrorKind]
    section.error(name, f"there is no error {text[:40]!r}", near(folded, known) or _kinds())
    return None


def _kinds() -> str:
    return f"there are {', '.join(ErrorKind)}"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no moment: write 2026-11-21T12:00:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _id(text: str) -> str:
    if len(text) > LONGEST_ID:
        raise ValueError(f"is longer than {LONGEST_ID} characters")
    return text
