"""Conditions: expressions read as yes or no, which can tell why."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.errors import MappingError
from adloom.mapping.compiled import Compiled, Reference, compile_value
from adloom.mapping.compiling import FAULTS, compile_node
from adloom.mapping.evaluation import Evaluate, Evaluation
from adloom.mapping.inference import paths_in
from adloom.mapping.misfit import MisfitError, Source
from adloom.mapping.moment import Moment
from adloom.mapping.operators import COMPARISONS
from adloom.mapping.printing import print_node
from adloom.mapping.syntax import Call, Comparison, Literal, Logic, Node, Path
from adloom.mapping.template import Expression, parse_template
from adloom.mapping.values import as_boolean, named

__all__ = ["Condition", "Trace", "compile_condition"]

SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a condition, or a part of one, came out as it did.

    It quotes values of bundles; where those are personal, so is this.

    Args:
        text: The part as it is written.
        outcome: What came out; None if an earlier part had decided already.
        told: The values it was decided on, for example `12.3 > 50`.
        seen: The fields these were calculated from, where they were.
        parts: What it consists of, for `&`, `|` and `not`.
    """

    text: str
    outcome: bool | None
    told: str = ""
    seen: str = ""
    parts: tuple["Trace", ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, depth: int = 0) -> Iterator[str]:
        """This part and those within it, each indented."""
        verdict = {True: "true", False: "false", None: "not looked at"}[self.outcome]
        told = f"{self.told} is {verdict}" if self.told else verdict
        seen = f" ({self.seen})" if self.seen else ""
        yield f"{'  ' * depth}{self.text}: {told}{seen}"
        for part in self.parts:
            yield from part.lines(depth + 1)


_Tracer = Callable[[Evaluation], Trace]


@dataclass(frozen=True, slots=True)
class Condition:
    """A step's `when`, ready to be asked.

    Args:
        text: As it was written.
        references: The fields it reads.
    """

    text: str
    references: tuple[Reference, ...]
    compiled: Compiled = field(repr=False)
    _evaluate: Evaluate = field(repr=False)
    _trace: _Tracer = field(repr=False)

    def evaluate(self, scope: Mapping[str, Any], moment: Moment | None = None) -> bool:
        """Whether it holds.

        Raises:
            MappingError: The data does not fit what the text makes of it.
        """
        return as_boolean(self._evaluate(Evaluation(scope, moment)))

    def evaluate_traced(
        self, scope: Mapping[str, Any], moment: Moment | None = None
    ) -> tuple[bool, Trace]:
        """Whether it holds, and why.

        Raises:
            MappingError: The data does not fit what the text makes of it.
        """
        trace = self._trace(Evaluation(scope, moment))
        return bool(trace.outcome), trace


def compile_condition(text: str, path: str = "when") -> Condition:
    """Compile a condition: one `{{…}}` and nothing else.

    Raises:
        MappingError: It is not that, or cannot be compiled.
    """
    text = text.strip()
    parts = parse_template(text, path)
    if len(parts) != 1 or not isinstance(parts[0], Expression):
        hint = f"Write {{{{{text}}}}}." if len(parts) == 1 else "Join conditions by & or |."
        raise MappingError("A condition is one {{…}} and nothing else.", path=path, hint=hint)
    compiled = compile_value(text, path)
    node, source = parts[0].node, parts[0].source
    return Condition(
        text, compiled.references, compiled, compile_node(node, source), _tracer(node, source)
    )


def _tracer(node: Node, source: Source) -> _Tracer:
    match node:
        case Logic():
            return _logic(node, source)
        case Comparison():
            return _comparison(node, source)
        case Call(name="not"):
            return _not(node, source)
        case _:
            return _value(node, source)


def _logic(node: Logic, source: Source) -> _Tracer:
    text = print_node(node)
    parts = [(print_node(part), _tracer(part, source)) for part in node.parts]
    decisive = node.sign == "|"

    def trace(evaluation: Evaluation) -> Trace:
        found: list[Trace] = []
        decided = False
        for written, part in parts:
            found.append(Trace(written, None) if decided else part(evaluation))
            decided = decided or found[-1].outcome is decisive
        return Trace(text, decisive if decided else not decisive, parts=tuple(found))

    return trace


def _not(node: Call, source: Source) -> _Tracer:
    text = print_node(node)
    inner = _tracer(node.arguments[0], source)

    def trace(evaluation: Evaluation) -> Trace:
        found = inner(evaluation)
        return Trace(text, not found.outcome, parts=(found,))

    return trace


def _comparison(node: Comparison, source: Source) -> _Tracer:
    text = print_node(node)
    left, right = compile_node(node.left, source), compile_node(node.right, source)
    compare = COMPARISONS[node.sign]
    used = _used(node, source)

    def trace(evaluation: Evaluation) -> Trace:
        one, other = left(evaluation), right(evaluation)
        try:
            told = f"{named(one)} {node.sign} {named(other)}"
            return Trace(text, compare(one, other), told, used(evaluation))
        except FAULTS as error:
            raise source.error(error, node.start) from None

    return trace


def _value(node: Node, source: Source) -> _Tracer:
    """Anything else: its value is read as yes or no."""
    text = print_node(node)
    make = compile_node(node, source)
    used = _used(node, source)

    def trace(evaluation: Evaluation) -> Trace:
        value = make(evaluation)
        try:
            told = "" if isinstance(value, bool) else named(value)
            return Trace(text, as_boolean(value), told, used(evaluation))
        except FAULTS as error:
            raise source.error(error, node.start) from None

    return trace


def _used(node: Node, source: Source) -> Callable[[Evaluation], str]:
    """Tells the fields a part was calculated from, where they do not stand there alone."""
    sides = (node.left, node.right) if isinstance(node, Comparison) else (node,)
    paths = {
        print_node(path): compile_node(path, source)
        for side in sides
        if not isinstance(side, Path | Literal)
        for path in paths_in(side)
    }

    def used(evaluation: Evaluation) -> str:
        told = [
            f"{text} is {_quietly(path, evaluation)}" for text, path in list(paths.items())[:SHOWN]
        ]
        return ", ".join(told)

    return used


def _quietly(path: Evaluate, evaluation: Evaluation) -> str:
    """A field's value for the trace; what could not be read was not needed."""
    try:
        return named(path(evaluation))
    except (MappingError, MisfitError):
        return "not there"
