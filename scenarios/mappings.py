"""Compiles the mappings of a scenario, and tells where in the file a faulty one stands."""

from collections.abc import Callable
from typing import Any, TypeVar

from adloom.errors import MappingError
from adloom.mapping import Compiled, Condition, compile_condition, compile_value
from scenarios.mapped import Locator, texts_in
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.yaml_nodes import MapNode, Node, ScalarNode

__all__ = ["Mappings", "note_mapping_error"]

MadeT = TypeVar("MadeT", Compiled, Condition)
CONDITION_HINT = 'write for example "{{ads.spend > 50}}"'


class Mappings:
    """Compiles values of one file.

    Args:
        locator: Finds their places.
        problems: Takes what cannot be compiled.
    """

    def __init__(self, locator: Locator, problems: Problems):
        self.problems = problems
        self._locator = locator

    def value(self, node: Node | None, path: FieldPath, given: Any = None) -> Compiled:
        """Compile a value; what cannot be compiled is noted and becomes null.

        Args:
            node: Where it stands.
            path: Its path.
            given: What to compile instead of the node's own plain data.
        """
        if given is None:
            given = node.plain() if node else None
        return self._try(compile_value, given, path) or compile_value(None)

    def optional(self, node: Node | None, path: FieldPath) -> Compiled | None:
        """Compile a value that may be left out."""
        return self.value(node, path) if node is not None else None

    def mapping(
        self, node: Node | None, path: FieldPath, given: dict[str, Any] | None = None
    ) -> Compiled:
        """Compile a mapping of names to values; a missing one is an empty one."""
        if node is None or (isinstance(node, ScalarNode) and node.plain() is None):
            return compile_value({})
        if isinstance(node, MapNode):
            return self.value(node, path, given)
        self.problems.error(node.place, path, "must be a mapping of names to values")
        return compile_value({})

    def condition(self, node: Node | None, path: FieldPath) -> Condition | None:
        """Compile a condition; None if there is none."""
        if node is None:
            return None
        if not isinstance(node, ScalarNode):
            said = "must be a condition in quotes"
            self.problems.error(node.place, path, said, CONDITION_HINT)
            return None
        if "{{" not in node.text:
            said = "has no {{…}}, so it decides nothing"
            self.problems.error(node.place, path, said, CONDITION_HINT)
            return None
        return self._try(compile_condition, node.text.strip(), path)

    def _try(
        self, compiler: Callable[[Any, str], MadeT], given: Any, path: FieldPath
    ) -> MadeT | None:
        try:
            return compiler(given, "")
        except MappingError as error:
            note_mapping_error(self.problems, self._locator, error, path, given)
            return None


def note_mapping_error(
    problems: Problems, locator: Locator, error: MappingError, path: FieldPath, given: Any
) -> None:
    """Note every fault of a mapping with its place in the file.

    Args:
        problems: Takes them.
        locator: Finds their places.
        error: What the mapping language says.
        path: Which value of the document.
        given: That value, as it was compiled.
    """
    texts = {name: (tail, text) for name, tail, text in texts_in(given)}
    for one in error.each:
        tail, text = texts.get(one.path, ((), ""))
        place = locator.inside((*path, *tail), text, one.line, one.column)
        problems.error(place, (*path, *tail), one.message, one.hint)
