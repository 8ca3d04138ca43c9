"""A value that does not fit, before anybody knows where it stands, and the text it stands in."""

from dataclasses import dataclass

from adloom.errors import MappingError

__all__ = ["MisfitError", "Source"]


class MisfitError(ValueError):
    """Something does not fit; whoever knows the place makes a `MappingError` of it.

    Args:
        message: What is wrong.
        hint: What to write instead.
        at: Where in the expression, if that is known already.
    """

    def __init__(self, message: str, hint: str | None = None, at: int | None = None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at


@dataclass(frozen=True, slots=True)
class Source:
    """Where an expression stands.

    Args:
        text: The whole text with its `{{…}}`.
        offset: Where the expression begins in it, after the `{{`.
        path: Which parameter the text belongs to, for example `filtering.ad_ids[0]`.
    """

    text: str
    offset: int = 0
    path: str = ""

    def place(self, at: int) -> tuple[int, int]:
        """Line and column within the text, counted from 1."""
        before = self.text[: self.offset + at]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def error(self, error: Exception, at: int) -> MappingError:
        """The error with its place; `at` counts from the beginning of the expression."""
        if not isinstance(error, MisfitError):
            error = MisfitError(_told(error))
        line, column = self.place(at if error.at is None else error.at)
        return MappingError(
            error.message, line=line, column=column, path=self.path, hint=error.hint
        )


def _told(error: Exception) -> str:
    """What else may happen while a value is made, in words."""
    match error:
        case ZeroDivisionError():
            return "This divides by zero."
        case RecursionError():
            return "A list or object is nested too deeply."
        case OverflowError():
            return "This leads beyond what dates and numbers can be."
        case _:
            return "This cannot be calculated."
