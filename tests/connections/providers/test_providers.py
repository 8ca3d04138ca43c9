"""The platforms there are, and what each of them owes everybody."""

import inspect

import pytest

from adloom.cli.consent import VARIABLES
from adloom.errors import UnknownNameError
from adloom.fields import fields_of
from connections.providers import PROVIDERS, provider_named
from connections.providers.base import Provider
from connections.providers.without_consent import WithoutConsent

EVERY = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=list(PROVIDERS))


def test_a_provider_is_found_by_its_name() -> None:
    assert list(PROVIDERS) == [provider_named(name).name for name in PROVIDERS]


def test_an_unknown_kind_of_connection_suggests_a_known_one() -> None:
    with pytest.raises(UnknownNameError, match="kind of connection") as caught:
        provider_named("tiktok-busines")

    assert str(caught.value.hint).startswith("Did you mean tiktok-business")


@EVERY
def test_every_setting_has_a_label_and_a_sentence(provider: Provider) -> None:
    assert [] == [
        field.name
        for field in fields_of(provider.settings_model)
        if not field.title or not field.description.endswith(".")
    ]


@EVERY
def test_every_secret_has_a_label_and_a_place_where_it_can_come_from(provider: Provider) -> None:
    assert all(provider.secret_titles.values())
    assert set(provider.secret_titles) <= set(VARIABLES)


@EVERY
def test_whoever_needs_no_consent_says_so(provider: Provider) -> None:
    assert provider.consents is not isinstance(provider, WithoutConsent)


@EVERY
def test_whoever_needs_no_account_needs_no_settings_either(provider: Provider) -> None:
    required = [field.name for field in fields_of(provider.settings_model) if field.required]

    assert not (provider.anonymous and (required or provider.secret_titles))


@EVERY
def test_a_provider_holds_no_state(provider: Provider) -> None:
    assert {} == vars(provider)
    assert inspect.getdoc(type(provider))
