"""How a function of the language is declared: its signature, what it means, and examples."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from adloom.mapping.kinds import Kind, common
from adloom.mapping.misfit import MisfitError
from adloom.mapping.values import (
    as_boolean,
    as_date,
    as_list,
    as_number,
    as_object,
    as_text,
    as_whole,
    plain,
)

__all__ = ["Function", "Functions", "Parameter", "Run"]

#: What does a function.
Run = Callable[..., Any]
RunT = TypeVar("RunT", bound=Run)

_SIGNATURE: Final = re.compile(r"(\w+)\((.*)\) -> (\w+)")
_PARAMETER: Final = re.compile(r"(\[?)(\w+): (\w+)(\.\.\.)?\]?")

#: The kinds a signature names: what they are, and how an argument is read.
_READ: Final[Mapping[str, tuple[Kind, Callable[[Any], Any]]]] = {
    "text": (Kind.TEXT, as_text),
    "word": (Kind.TEXT, as_text),
    "number": (Kind.NUMBER, as_number),
    "whole": (Kind.NUMBER, as_whole),
    "boolean": (Kind.BOOLEAN, as_boolean),
    "date": (Kind.DATE, as_date),
    "list": (Kind.LIST, as_list),
    "object": (Kind.OBJECT, as_object),
    "any": (Kind.ANY, plain),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function is given.

    Args:
        name: Its name in the signature.
        kind: What is wanted.
        read: Converts an argument, or raises MisfitError.
        optional: Whether it may be left out.
        many: Whether it takes all arguments that are left, one or more.
        word: Whether bare words are text here: `sort(a.b; desc)`.
    """

    name: str
    kind: Kind
    read: Callable[[Any], Any]
    optional: bool
    many: bool
    word: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    Args:
        signature: As it is written in the documentation.
        name: What it is called.
        parameters: What it is given.
        kind: What it gives.
        meaning: One sentence.
        examples: Expressions and what they give, as text.
        run: Does it. Most are given plain values.
        timed: Whether `run` is given the evaluation first, for the moment, chance, or the budget.
        lazy: Whether `run` is given the evaluation and unevaluated arguments.
        group: Under which heading it is documented.
    """

    signature: str
    name: str
    parameters: tuple[Parameter, ...]
    kind: Kind
    meaning: str
    examples: Mapping[str, str]
    run: Run
    timed: bool
    lazy: bool
    group: str

    @property
    def least(self) -> int:
        """How many arguments there are at least."""
        return sum(not one.optional for one in self.parameters)

    @property
    def most(self) -> int | None:
        """How many arguments there are at most; None is any number."""
        return None if self.parameters and self.parameters[-1].many else len(self.parameters)

    def parameter(self, index: int) -> Parameter:
        """What the argument in a place, counted from 0, is for."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def default(self, index: int) -> Any:
        """What stands for an argument that was left out."""
        defaults = getattr(self.run, "__defaults__", None) or ()
        place = index - len(self.parameters) + len(defaults)
        return defaults[place] if 0 <= place < len(defaults) else None

    def refuse_count(self, count: int) -> None:
        """Refuse a wrong number of arguments.

        Raises:
            MisfitError: There are too few or too many.
        """
        if count < self.least or (self.most is not None and count > self.most):
            number = {0: "no argument", 1: "1 argument"}.get(count, f"{count} arguments")
            raise MisfitError(f"{self.name} was given {number}.", f"Write {self.signature}.")

    def result(self, arguments: Sequence[Kind]) -> Kind:
        """What kind it gives when it is given these kinds."""
        match self.name:
            case "if":
                return common(*arguments[1:])
            case "ifempty":
                return common(*arguments)
            case _:
                return self.kind


class Functions(dict[str, Function]):
    """The functions of one group, by name.

    Args:
        group: Under which heading they are documented.
    """

    def __init__(self, group: str):
        super().__init__()
        self.group = group

    def declare(
        self,
        signature: str,
        meaning: str,
        examples: Mapping[str, str],
        *,
        timed: bool = False,
        lazy: bool = False,
    ) -> Callable[[RunT], RunT]:
        """Declare what the function below is in the language."""

        def declared(run: RunT) -> RunT:
            found = _SIGNATURE.fullmatch(signature)
            if found is None:
                raise TypeError(signature)
            name, parameters, kind = found.groups()
            self[name] = Function(
                signature,
                name,
                _parameters(parameters),
                _READ[kind][0],
                meaning,
                examples,
                run,
                timed,
                lazy,
                self.group,
            )
            return run

        return declared


def _parameters(text: str) -> tuple[Parameter, ...]:
    found = [_PARAMETER.fullmatch(part) for part in text.split("; ") if part]
    if not all(found):
        raise TypeError(text)
    return tuple(
        Parameter(
            name=one[2],
            kind=_READ[one[3]][0],
            read=_READ[one[3]][1],
            optional=bool(one[1]),
            many=bool(one[4]),
            word=one[3] == "word",
        )
        for one in found
        if one
    )
