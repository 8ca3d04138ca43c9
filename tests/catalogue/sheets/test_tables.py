"""Codes, words, renames and reports of sheets small enough to be read."""

from adloom.catalogue import Catalogue, Code, KnownReport, Metric


def test_codes_get_our_words_or_those_of_their_constant(invented: Catalogue) -> None:
    assert Code(0, "OK", "done", "ok") == invented.code(0)
    assert Code(51012, "PIXEL_ERROR", "pixel error", "retry") == invented.code(51012)


def test_the_second_list_of_codes_only_fills_gaps(invented: Catalogue) -> None:
    assert invented.code(40902).retry == "retry-limited"
    assert invented.code(40201).retry == "poll"


def test_remarks_are_cut_from_old_names(invented: Catalogue) -> None:
    assert invented.renamed_params() == {"opt_status": "operation_status"}
    assert invented.renamed_params("report") == {"placement": "placement_type"}


def test_a_star_stands_for_the_fields_that_are_known(invented: Catalogue) -> None:
    assert invented.renamed_params("ad") == {"wing_left": "wings_left"}


def test_one_old_path_may_lead_to_two_new_ones(invented: Catalogue) -> None:
    assert invented.renamed_path("POST", "/kites/list/") == "/kite/fly/"
    assert invented.renamed_path("GET", "/kites/list/") == "/kite/list/"
    assert invented.renamed_path("GET", "/ad/get/") is None


def test_metrics_keep_their_group_type_and_levels(invented: Catalogue) -> None:
    assert invented.metrics() == {"attribute": ("ad_name", "currency"), "core": ("clicks", "spend")}
    assert Metric("ad_name", "attribute", "string", ("AD",)) == invented.metric("ad_name")


def test_words_between_dimensions_are_left_out(invented: Catalogue) -> None:
    assert invented.dimensions("BASIC") == ("ad_id", "stat_time_day", "country_code")
    assert invented.dimensions("CATALOG") == ("catalog_id",)


def test_a_breakdown_by_country_belongs_where_its_metrics_belong(invented: Catalogue) -> None:
    level = "AUCTION_AD"

    assert (
        KnownReport("BASIC", level, ("ad_id", "country_code"), ("spend", "clicks", "ad_name")),
        KnownReport("AUDIENCE", level, ("ad_id", "gender"), ("spend", "currency")),
        KnownReport("AUDIENCE", level, ("ad_id", "country_code"), ("spend", "currency")),
        KnownReport("BASIC", level, ("ad_id",), ("spend", "clicks")),
    ) == invented.known_good_reports()


def test_an_enumeration_of_numbers_is_text_too(invented: Catalogue) -> None:
    assert (invented.enum("Numbered"), invented.enum("conf")) == (("1", "2"), ())
