"""Values with mappings in them, compiled once and filled in for every bundle."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adloom.errors import MappingError
from adloom.mapping.bounds import DEEPEST_DATA, LONGEST_TEMPLATE, LONGEST_TEXT, MOST_EXPRESSIONS
from adloom.mapping.compiling import FAULTS, compile_node
from adloom.mapping.evaluation import Evaluate, Evaluation
from adloom.mapping.inference import infer, kind_of_value, paths_in
from adloom.mapping.kinds import Kind
from adloom.mapping.measure import measure
from adloom.mapping.misfit import MisfitError, Source
from adloom.mapping.moment import Moment
from adloom.mapping.printing import print_node
from adloom.mapping.syntax import Each, Field, Path
from adloom.mapping.template import Expression, has_expressions, parse_template
from adloom.mapping.values import IGNORE, as_text, plain

__all__ = ["Compiled", "KindOfReference", "Reference", "compile_value", "reference"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that a value reads.

    Args:
        step: The step's id.
        path: The names on the way; None is an item of a list, whichever it is.
        text: How it is written, for example `report.rows[1].spend`.
        each: Whether `[]` makes a list of it.
        parameter: Which parameter the text belongs to, for example `filtering.ad_ids[0]`.
        line: Where it stands in that text, counted from 1.
        column: The character within the line, counted from 1.
    """

    step: str
    path: tuple[str | None, ...]
    text: str
    each: bool
    parameter: str
    line: int
    column: int


#: Tells the kind of a field that is read; of one item, where it is a list because of `[]`.
KindOfReference = Callable[[Reference], Kind]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A value that may hold mappings, ready to be filled in.

    Args:
        value: As it was written.
        kind: What comes out, as far as it can be told from the text alone.
        references: The fields it reads, in the order in which they are written.
    """

    value: Any
    kind: Kind
    references: tuple[Reference, ...]
    _texts: tuple["_Text", ...] = field(repr=False)
    _make: Evaluate = field(repr=False)

    @property
    def constant(self) -> bool:
        """Whether there is nothing to fill in."""
        return not self._texts

    def evaluate(self, scope: Mapping[str, Any], moment: Moment | None = None) -> Any:
        """Fill in the value.

        Args:
            scope: The bundles of the steps before, by step id; JSON data with Decimal. What is
                taken out of them whole is not copied.
            moment: The present, the time zone and the seed of chance.

        Raises:
            MappingError: The data does not fit what the text makes of it.
        """
        return plain(self._make(Evaluation(scope, moment)))

    def kinds(self, kind_of: KindOfReference) -> dict[str, Kind]:
        """The kind of every text with mappings, by parameter, once the kinds of fields are known.

        Raises:
            MappingError: Something is of a kind that can never fit.
        """
        return {one.path: one.kind(kind_of) for one in self._texts}


@dataclass(frozen=True, slots=True)
class _Text:
    """One text with mappings in it."""

    path: str
    parts: tuple[str | Expression, ...]

    @property
    def expressions(self) -> list[Expression]:
        return [part for part in self.parts if isinstance(part, Expression)]

    def references(self) -> Iterator[Reference]:
        for one in self.expressions:
            for path in paths_in(one.node):
                yield reference(path, one.source)

    def kind(self, kind_of: KindOfReference) -> Kind:
        kinds = [
            infer(one.node, one.source, lambda path, one=one: kind_of(reference(path, one.source)))  # type: ignore[misc] # the loop's value is bound
            for one in self.expressions
        ]
        return kinds[0] if len(self.parts) == 1 else Kind.TEXT


def reference(path: Path, source: Source) -> Reference:
    """A path with its place."""
    line, column = source.place(path.start)
    return Reference(
        step=path.step,
        path=tuple(tail.name if isinstance(tail, Field) else None for tail in path.tails),
        text=print_node(path),
        each=any(isinstance(tail, Each) for tail in path.tails),
        parameter=source.path,
        line=line,
        column=column,
    )


def compile_value(value: Any, path: str = "") -> Compiled:
    """Compile a text, or lists and objects with texts in them.

    A text that is one `{{…}}` and nothing else becomes what the expression gives, whatever its
    kind; in other texts values are written out. A field or an item that becomes `ignore` is left
    out.

    Args:
        value: What stands in a scenario: JSON data.
        path: What the messages call it, for example `params`.

    Raises:
        MappingError: With every fault; `each` has them one by one.
    """
    compiler = _Compiler()
    make = compiler.value(value, path, 0)
    if compiler.faults:
        raise MappingError.together(compiler.faults)
    texts = tuple(compiler.texts)
    kind = (
        texts[0].kind(lambda _: Kind.ANY)
        if isinstance(value, str) and texts
        else kind_of_value(value)
    )
    references = tuple(one for text in texts for one in text.references())
    return Compiled(value, kind, references, texts, make)


class _Compiler:
    """Walks through one value."""

    def __init__(self) -> None:
        self.texts: list[_Text] = []
        self.faults: list[MappingError] = []
        self.characters = 0
        self.expressions = 0

    def value(self, value: Any, path: str, depth: int) -> Evaluate:
        if depth > DEEPEST_DATA:
            self.faults.append(
                MappingError("Lists and objects are nested too deeply.", path=path[:100])
            )
            return _constant(None)
        match value:
            case str() if has_expressions(value):
                return self.text(value, path)
            case list() | tuple():
                items = [self.value(one, f"{path}[{n}]", depth + 1) for n, one in enumerate(value)]
                return _list(items)
            case dict():
                return self.object(value, path, depth)
            case _:
                return _constant(value)

    def object(self, value: dict[Any, Any], path: str, depth: int) -> Evaluate:
        fields: dict[Any, Evaluate] = {}
        for name, one in value.items():
            inner = f"{path}.{name}" if path else str(name)
            if isinstance(name, str) and has_expressions(name):
                self.faults.append(
                    MappingError("Names of fields cannot be mapped.", path=inner[:100])
                )
            fields[name] = self.value(one, inner, depth + 1)
        return _object(fields)

    def text(self, text: str, path: str) -> Evaluate:
        try:
            parts = parse_template(text, path)
            self.count(text, parts, path)
            made = [(one, _part(one)) for one in parts]
            found = _Text(path, tuple(parts))
            found.kind(lambda _: Kind.ANY)
        except MappingError as error:
            self.faults.append(error)
            return _constant(None)
        self.texts.append(found)
        if len(made) == 1 and isinstance(made[0][0], Expression):
            return _whole(made[0][0], made[0][1])
        return _mixed(Source(text, 0, path), [make for _, make in made])

    def count(self, text: str, parts: list[str | Expression], path: str) -> None:
        """Refuse values that hold too many texts in all."""
        self.characters += len(text)
        self.expressions += sum(isinstance(part, Expression) for part in parts)
        if self.characters > LONGEST_TEMPLATE or self.expressions > MOST_EXPRESSIONS:
            raise MappingError("There is too much mapped in one value.", path=path[:100])


def _constant(value: Any) -> Evaluate:
    return lambda _: value


def _list(items: list[Evaluate]) -> Evaluate:
    def make(evaluation: Evaluation) -> Any:
        made = [item(evaluation) for item in items]
        return [one for one in made if one is not IGNORE]

    return make


def _object(fields: dict[Any, Evaluate]) -> Evaluate:
    def make(evaluation: Evaluation) -> Any:
        made = {name: one(evaluation) for name, one in fields.items()}
        return {name: one for name, one in made.items() if one is not IGNORE}

    return make


def _part(part: str | Expression) -> Evaluate:
    return _constant(part) if isinstance(part, str) else compile_node(part.node, part.source)


def _whole(expression: Expression, make: Evaluate) -> Evaluate:
    """A text that is one expression: its value, measured unless it is a bundle's own."""
    node, source = expression.node, expression.source
    if isinstance(node, Path) and not any(isinstance(tail, Each) for tail in node.tails):
        return make

    def evaluate(evaluation: Evaluation) -> Any:
        value = make(evaluation)
        if isinstance(value, list | dict | bytes):
            try:
                measure(value, evaluation.spend)
            except FAULTS as error:
                raise source.error(error, node.start) from None
        return value

    return evaluate


def _mixed(source: Source, parts: list[Evaluate]) -> Evaluate:
    """Expressions within text."""

    def evaluate(evaluation: Evaluation) -> Any:
        values = [part(evaluation) for part in parts]
        try:
            texts = [as_text(value) for value in values]
            if sum(map(len, texts)) > LONGEST_TEXT:
                raise MisfitError(f"A text of more than {LONGEST_TEXT:,} characters does not fit.")
        except FAULTS as error:
            raise source.error(error, 0) from None
        return "".join(texts)

    return evaluate
