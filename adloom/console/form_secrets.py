"""The form of what a connection is told in secret; what is known never stands in it."""

from collections.abc import Collection, Mapping, Sequence

from adloom.console.form_data import Posted
from adloom.console.form_fields import Form, FormField, Widget
from adloom.console.phrases import phrase
from adloom.errors import Fault
from adloom.secret import Secret

__all__ = ["secret_fields", "secrets_from"]

#: What a browser may fill in: never a password it knows.
_COMPLETION = {True: "off", False: "new-password"}


def secret_fields(
    titles: Mapping[str, str],
    *,
    known: Collection[str] = (),
    several: Collection[str] = (),
    faults: Sequence[Fault] = (),
    prefix: str = "secret.",
) -> Form:
    """The form of what a connection has to be told in secret; it never holds what is known.

    Args:
        titles: Labels by name, as `Provider.secrets_for` has them.
        known: Names of those that are kept already.
        several: Names of those that hold several, one per line; they can be read while they are
            typed.
        faults: What is wrong.
        prefix: What stands before the names of the controls.
    """
    told: dict[str, list[str]] = {}
    for fault in faults:
        told.setdefault(fault.path if fault.path in titles else "", []).append(phrase(fault))
    fields = [
        FormField(
            name=prefix + name,
            path=name,
            title=title,
            description="Set. Leave it empty to keep it." if name in known else "Kept sealed.",
            widget=Widget.AREA if name in several else Widget.SECRET,
            kind="secret",
            required=name not in known,
            error=" ".join(told.get(name, ())),
            attrs={"autocomplete": _COMPLETION[name in several], "spellcheck": "false"},
        )
        for name, title in titles.items()
    ]
    return Form(tuple(fields), tuple(told.get("", ())), prefix)


def secrets_from(
    titles: Mapping[str, str], posted: Posted, prefix: str = "secret."
) -> dict[str, Secret]:
    """The secrets that were typed; those left empty are not among them."""
    typed = {name: "".join(posted.get(prefix + name, ())[-1:]).strip() for name in titles}
    return {name: Secret(text) for name, text in typed.items() if text}
