"""Parameters of endpoints as classes: every one of the catalogue, and none of them a law."""

import warnings
from decimal import Decimal

import pytest

from adloom.catalogue import load
from adloom.errors import InvalidParamsError, UnknownNameError
from adloom.fields import fields_of, validate
from adloom.services.api_calls import about, endpoint_at, endpoints_like, groups, limits_of
from adloom.services.api_calls_form import call_values, params_class, raw_values
from modules.make_api_call import MakeApiCallParams


def test_every_endpoint_has_a_class_with_all_its_parameters() -> None:
    for endpoint in load().endpoints():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = params_class(endpoint.method, endpoint.path)
        required = {one.name for one in endpoint.params if one.required}

        assert {one.name for one in endpoint.params} == model.model_fields.keys()
        assert required == {one.name for one in fields_of(model) if one.required}


def test_a_call_is_what_make_api_call_takes() -> None:
    given = {"advertiser_id": "7", "page": 2, "filtering": {"campaign_ids": ["1"]}}
    values = call_values(endpoint_at("get", "campaign/get"), given)

    assert {"method": "GET", "path": "/campaign/get/", "query": given} == values
    assert validate(MakeApiCallParams, values).query == given


def test_amounts_stay_exact() -> None:
    endpoint = endpoint_at("POST", "/campaign/create/")
    required = {one.name: "x" for one in endpoint.params if one.required}
    values = call_values(endpoint, {**required, "budget": "20.10"})

    assert Decimal("20.10") == values["body"]["budget"]


def test_a_file_goes_as_a_part_of_a_form() -> None:
    endpoint = endpoint_at("POST", "/file/video/ad/upload/")
    values = call_values(endpoint, {"advertiser_id": "7", "video_file": "a.mp4"})

    assert ("a.mp4", "video_file") == (values["file"], values["file_part"])
    assert {"advertiser_id": "7"} == values["body"]


def test_a_word_that_is_not_listed_is_taken() -> None:
    endpoint = endpoint_at("GET", "/ad/get/")
    values = call_values(endpoint, {"advertiser_id": "7", "filtering": {"primary_status": "NEW"}})

    assert {"primary_status": "NEW"} == values["query"]["filtering"]


def test_what_is_missing_is_told() -> None:
    with pytest.raises(InvalidParamsError) as told:
        call_values(endpoint_at("GET", "/ad/get/"), {})

    assert ["advertiser_id"] == [one.path for one in told.value.faults]


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": 1, "a": 2}', "\ud800"])
def test_raw_parameters_are_one_object(text: str) -> None:
    with pytest.raises(InvalidParamsError):
        raw_values(endpoint_at("GET", "/ad/get/"), text)


def test_raw_parameters_may_be_any() -> None:
    values = raw_values(endpoint_at("POST", "/ad/update/"), '{"new_one": {"a": [1]}}')

    assert {"new_one": {"a": [1]}} == values["body"]


def test_an_endpoint_that_is_not_there_is_near_others() -> None:
    with pytest.raises(UnknownNameError, match="ads/get") as told:
        endpoint_at("GET", "/ads/get/")

    assert "/ad/get/" in (told.value.hint or "")


def test_the_nearest_endpoint_comes_first() -> None:
    assert "/ad/get/" == endpoints_like("ad get")[0].path
    assert "/campaign/update/" == endpoints_like("campaign update")[0].path
    assert [] == endpoints_like("nothing like this")


def test_every_endpoint_is_told_in_words_and_has_a_group() -> None:
    names = {name for name, _ in groups()}

    assert all(about(one).endswith(".") for one in load().endpoints())
    assert all(one.path.split("/")[1] in names for one in load().endpoints())
    assert all(limits_of(param) for one in load().endpoints() for param in one.params)
