"""The shipped words: consistent, and free of other people's sentences."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adloom.catalogue import Catalogue, load
from adloom.catalogue.reading import SHIPPED
from adloom.catalogue.sheets.wording import MEANINGS, SCOPE_TITLES

TABLES = {path.stem: path for path in SHIPPED.glob("*.json")}
RETRY_WORDS = {
    *("ok", "no", "throttle", "poll", "retry", "retry-limited", "retry-after-read", "later"),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_all_tables_are_shipped() -> None:
    assert sorted(TABLES) == [
        "codes",
        "endpoints",
        "enums",
        "renames",
        "reports",
        "scopes",
        "statuses",
    ]


def test_no_text_is_long_enough_to_be_a_sentence_of_the_sheets() -> None:
    for path in TABLES.values():
        longest = max(texts(json.loads(path.read_bytes())), key=len)

        assert len(longest) <= 80, longest


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"codes", "scopes"}))
def test_only_codes_and_permissions_are_described_in_words(name: str) -> None:
    """Elsewhere nothing but names and TikTok's own constants, some of which hold blanks."""
    plain = re.compile(r"[\w/.|>+:\[\]#-]+|(GET|POST) /[\w/]+|[A-Z0-9 -]+")
    odd = {
        text for text in texts(json.loads(TABLES[name].read_bytes())) if not plain.fullmatch(text)
    }

    assert odd == set()


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLES.values()) < 1_000_000


def test_every_code_has_a_meaning_and_a_known_retry_word(catalogue: Catalogue) -> None:
    codes = catalogue.codes()

    assert len(codes) == 166
    for code in codes:
        assert code.meaning, code
        assert code.retry in RETRY_WORDS, code


def test_own_words_are_short_and_for_codes_that_exist(catalogue: Catalogue) -> None:
    assert set(MEANINGS) <= {code.code for code in catalogue.codes()}
    for text in [*MEANINGS.values(), *SCOPE_TITLES.values()]:
        assert text == text.strip(" .")
        assert len(text) <= 70, text


@pytest.mark.parametrize(
    ("code", "retry"),
    [
        (0, "ok"),
        (20001, "ok"),
        (40002, "no"),
        (40016, "throttle"),
        (40100, "throttle"),
        (40105, "no"),
        (40133, "throttle"),
        (40200, "retry-limited"),
        (40201, "poll"),
        (40202, "retry-after-read"),
        (50000, "retry"),
        (60001, "later"),
        (61000, "throttle"),
    ],
)
def test_the_important_codes_are_repeated_as_they_should(
    catalogue: Catalogue, code: int, retry: str
) -> None:
    assert catalogue.code(code).retry == retry


def test_every_enumeration_has_words(catalogue: Catalogue) -> None:
    enums = json.loads(TABLES["enums"].read_bytes())

    assert len(enums) == 300
    for name, words in enums.items():
        assert all(words), name
        assert len(set(words)) == len(words) > 0, name
        assert tuple(words) == catalogue.enum(name)


def test_entities_have_all_their_fields(catalogue: Catalogue) -> None:
    counts = {kind: len(catalogue.entity(kind)) for kind in ("ad", "adgroup", "campaign")}

    assert counts == {"ad": 102, "adgroup": 145, "campaign": 39}
    assert catalogue.entity("ad")["modify_time"] == "datetime"
    # The only one that counts in UNIX seconds (business_api.md §3.6).
    assert catalogue.entity("advertiser")["create_time"] == "integer"


def test_statuses_are_known_words(catalogue: Catalogue) -> None:
    primary, secondary = catalogue.primary_statuses(), set(catalogue.enum("SecondaryStatus"))

    assert set(catalogue.enum("PrimaryStatus")) == set(primary)
    assert secondary >= set(catalogue.status_wildcards())
    assert secondary >= set(catalogue.unfilterable_statuses("ad"))
    for kind in ("ad", "adgroup", "campaign"):
        for first, seconds in catalogue.secondary_statuses(kind).items():
            assert first in primary
            assert secondary >= set(seconds)


def test_a_status_belongs_to_one_primary_status_of_its_level(catalogue: Catalogue) -> None:
    for kind in ("ad", "adgroup", "campaign"):
        groups = catalogue.secondary_statuses(kind).values()
        all_of_them = [status for group in groups for status in group]

        assert len(set(all_of_them)) == len(all_of_them) > 0, kind


def test_the_misspelled_status_of_tiktok_is_kept_as_it_is(catalogue: Catalogue) -> None:
    not_delivering = catalogue.secondary_statuses("ad")["STATUS_NOT_DELIVERY"]

    assert "AD_STAUS_PIXEL_UNBIND" in not_delivering
    assert "AD_STATUS_PIXEL_UNBIND" not in catalogue.enum("SecondaryStatus")


def test_every_permission_has_a_title(catalogue: Catalogue) -> None:
    scopes = [endpoint.scope for endpoint in catalogue.endpoints() if endpoint.scope]

    assert len(set(scopes)) == 89
    for scope in scopes:
        assert catalogue.scope_title(scope), scope


def test_what_was_renamed_leads_to_something_that_exists(catalogue: Catalogue) -> None:
    renames = json.loads(TABLES["renames"].read_bytes())

    assert len(renames["paths"]) == 7
    for old, new in renames["paths"].items():
        method, path = old.split()

        assert catalogue.endpoint(method, new), old
        assert catalogue.renamed_path(method, path) == new


def test_renamed_fields_of_an_ad_group_have_their_new_name(catalogue: Catalogue) -> None:
    renamed, entity = catalogue.renamed_params("adgroup"), catalogue.entity("adgroup")

    assert len(renamed) >= 30
    assert [new for new in renamed.values() if new not in entity] == []


def test_metrics_are_all_there_and_each_in_one_group(catalogue: Catalogue) -> None:
    names = [name for group in catalogue.metrics().values() for name in group]
    types = {metric.type for metric in map(catalogue.metric, names) if metric}

    assert len(names) == len(set(names)) == 826
    assert types == {"string", "bool", "int", "decimal", "datetime"}


def test_known_good_reports_ask_for_what_exists(catalogue: Catalogue) -> None:
    reports = [*catalogue.known_good_reports(), catalogue.default_report()]

    assert len(reports) == 31
    for report in reports:
        assert set(report.dimensions) <= set(catalogue.dimensions(report.report_type))
        assert report.data_level == catalogue.data_level(report.dimensions[0])
        assert all(map(catalogue.metric, report.metrics)), report
        assert len(set(report.metrics)) == len(report.metrics)
