"""Looking things up."""

from pathlib import Path

import pytest

from adloom.catalogue import Code, load
from adloom.catalogue.reading import SHIPPED, Catalogue


def test_the_catalogue_is_loaded_once() -> None:
    assert load() is load()


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "codes.json").write_bytes((SHIPPED / "codes.json").read_bytes())
    catalogue = Catalogue(tmp_path)

    assert catalogue.code(40105).name == "INVALID_ACCESS_TOKEN"
    with pytest.raises(FileNotFoundError):
        catalogue.endpoint("GET", "/ad/get/")


def test_an_endpoint_is_found_by_method_and_path() -> None:
    endpoint = load().endpoint("POST", "/ad/status/update/")

    assert endpoint is not None
    assert (
        endpoint.changes,
        endpoint.scope,
        endpoint.content_type,
    ) == (True, 221, "application/json")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/ad/get/"),
        ("GET", "/ad/get"),
        ("get", "/ad/get/"),
        ("GET", "ad/get/"),
        ("GET", ""),
        ("", ""),
    ],
)
def test_nothing_but_the_exact_path_is_found(method: str, path: str) -> None:
    assert load().endpoint(method, path) is None


def test_the_same_endpoint_is_built_once() -> None:
    assert load().endpoint("GET", "/ad/get/") is load().endpoint("GET", "/ad/get/")


def test_one_path_may_have_two_methods() -> None:
    assert [
        endpoint.method for endpoint in load().endpoints() if endpoint.path == "/user/info/"
    ] == ["GET", "POST"]


def test_a_slip_of_the_finger_finds_the_nearest_paths() -> None:
    near = load().near("/ad/gett/")

    assert near[0] == "/ad/get/"
    assert len(near) <= 3


def test_a_path_without_its_slash_finds_the_one_with_it() -> None:
    assert load().near("/adgroup/status/update")[0] == "/adgroup/status/update/"


def test_nothing_is_near_to_nonsense() -> None:
    assert load().near("?") == []


def test_the_filter_of_a_listing_knows_its_default_and_its_choices() -> None:
    endpoint = load().endpoint("GET", "/ad/get/")

    assert endpoint is not None
    filtering = next(param for param in endpoint.params if param.name == "filtering")
    fields = {field.name: field for field in filtering.fields}
    assert fields["primary_status"].default == "STATUS_NOT_DELETE"
    assert load().primary_statuses()[0] in fields["primary_status"].choices
    assert (fields["ad_ids"].min_items, fields["ad_ids"].max_items) == (1, 100)
    assert fields["modified_after"].type == "datetime"


def test_a_status_update_takes_twenty_ids() -> None:
    for kind in ("ad", "adgroup", "campaign"):
        endpoint = load().endpoint("POST", f"/{kind}/status/update/")

        assert endpoint is not None
        ids = {param.name: param for param in endpoint.params}
        assert ids[f"{kind}_ids"].max_items == 20
        assert ids["operation_status"].choices == ("ENABLE", "DISABLE", "DELETE")


def test_creating_an_ad_answers_with_ids_and_ads() -> None:
    endpoint = load().endpoint("POST", "/ad/create/")

    assert endpoint is not None
    assert [field.name for field in endpoint.response] == ["ad_ids", "creatives", "need_audit"]


@pytest.mark.parametrize(
    ("code", "retry"),
    [(49999, "no"), (59999, "retry"), (69999, "later"), (20999, "no"), (7, "no"), (-40001, "no")],
)
def test_an_unlisted_code_is_judged_by_its_first_digit(code: int, retry: str) -> None:
    assert Code(code, "", "not in the catalogue", retry) == load().code(code)


def test_codes_come_in_order() -> None:
    codes = [code.code for code in load().codes()]

    assert sorted(codes) == codes


def test_what_is_unknown_is_empty() -> None:
    catalogue = load()

    assert catalogue.enum("NoSuchEnumeration") == ()
    assert catalogue.entity("kite") == {}
    assert catalogue.secondary_statuses("advertiser") == {}
    assert catalogue.unfilterable_statuses("campaign") == ()
    assert catalogue.renamed_params("kite") == {}
    assert catalogue.dimensions("KITES") == ()
    assert catalogue.scope_of("/no/such/path/") is None
    assert catalogue.scope_title(17) is None
    assert catalogue.metric("height") is None
    assert catalogue.data_level("gender") is None


def test_a_path_may_need_a_permission_without_being_described() -> None:
    assert load().scope_of("/report/subscription/get/") == 44
    assert load().endpoint("GET", "/report/subscription/get/") is None


def test_permissions_have_short_names() -> None:
    assert load().scope_title(220) == "read ads"
    assert load().scope_of("/ad/get/") == 220


def test_what_version_1_2_called_something_is_known() -> None:
    catalogue = load()

    assert catalogue.renamed_path("POST", "/ad/update/status/") == "/ad/status/update/"
    assert catalogue.renamed_path("POST", "/reports/integrated/get/") == "/report/task/create/"
    assert catalogue.renamed_path("GET", "/reports/integrated/get/") == "/report/integrated/get/"
    assert catalogue.renamed_path("GET", "/ad/get/") is None
    assert catalogue.renamed_params()["opt_status"] == "operation_status"
    assert catalogue.renamed_params("adgroup")["bid"] == "bid_price"


def test_a_listing_shows_statuses_that_it_cannot_be_filtered_by() -> None:
    assert "AD_STATUS_TRANSCODING_FAIL" in load().unfilterable_statuses("ad")


def test_an_attribute_works_at_some_levels_only() -> None:
    metric = load().metric("adgroup_id")

    assert metric is not None
    assert (metric.group, metric.levels) == ("attribute", ("AD",))
