"""The same as a command: what it says is what `adloom run` understands."""

import shlex
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.cli.run import run, typed_value
from adloom.fields import fields_of, validate
from adloom.secret import Secret
from adloom.services.module_pages_command import command_of, without_usual
from modules import MODULES, find_module
from modules.base import Module
from tests.modules.test_conformance import SAMPLES

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def understood(module: Module, command: str) -> dict[str, Any]:
    """The parameters that the command line reads from a command."""
    words = shlex.split(command)
    assert ["adloom", "run"] == words[:2]
    parser = run.get_command(click.Context(run), words[2])
    assert parser is not None
    typed = parser.make_context(words[2], words[3:]).params
    return {
        one.name: typed_value(one, typed[one.name])
        for one in fields_of(module.params)
        if typed[one.name] not in (None, ())
    }


@pytest.mark.parametrize("name", MODULES)
def test_the_command_line_reads_what_the_form_said(name: str) -> None:
    module = find_module(name)
    wanted = validate(module.params, SAMPLES[name])
    values = wanted.model_dump(mode="json", exclude_unset=True)

    assert wanted == validate(module.params, understood(module, command_of(module, values)))


@given(TEXTS)
def test_whatever_was_typed_stays_one_word(text: str) -> None:
    module = find_module("search_ads")
    values = {"advertiser_id": "7", "name_contains": text, "campaign_ids": ["1", "2"]}
    command = command_of(module, values, connection="acme")

    assert values == understood(module, command)
    assert ["--connection", "acme"] == shlex.split(command)[-2:]


@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_that_is_on_by_itself_can_be_said_to_be_off(flag: bool) -> None:
    module = find_module("upload_video")
    command = command_of(module, {"advertiser_id": "7", "reuse": flag})

    assert ("--no-reuse" in shlex.split(command)) is not flag
    assert understood(module, command).get("reuse", True) is flag


def test_what_is_as_it_would_be_anyway_is_left_out() -> None:
    module = find_module("update_ad_status")
    values = {"advertiser_id": "7", "ad_ids": ["1"], "status": "DISABLE", "allow_delete": False}

    assert "allow-delete" not in command_of(module, values)
    assert {"advertiser_id", "ad_ids", "status"} == without_usual(module, values).keys()


def test_secrets_are_dots() -> None:
    secret = Secret("sk-0123456789abcdef")
    module = find_module("make_api_call")
    command = command_of(module, {"path": "/a/", "body": {"secret": "x1y2", "b": secret.reveal()}})

    assert "x1y2" not in command
    assert secret.reveal() not in command
