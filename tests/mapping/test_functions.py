"""Every function does what its documentation says, and keeps Make's traps."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.mapping import FUNCTIONS, Kind, Moment, compile_value
from adloom.mapping.inference import kind_of_value
from adloom.mapping.reference import BEGIN, END, PAGE, SAMPLE, SAMPLE_MOMENT, function_tables
from adloom.mapping.values import as_text
from tests.mapping.seams import MOMENT, evaluate, fault

EXAMPLES = [(one.name, *pair) for one in FUNCTIONS.values() for pair in one.examples.items()]
#: The functions of Make (platforms.md §1.8).
MAKES = """
    if ifempty switch get pick omit equal length lower upper capitalize startcase trim replace
    substring split indexOf contains toString stripHTML escapeHTML encodeURL decodeURL ascii
    base64 toBinary md5 sha1 sha256 sha512 replaceEmojiCharacters formatDate parseDate
    addSeconds addMinutes addHours addDays addMonths addYears setSecond setMinute setHour
    setDay setDate setMonth setYear dateDifference round ceil floor trunc abs min max sum
    average median parseNumber formatNumber stdevS stdevP first last map join add remove sort
    reverse shuffle merge slice flatten distinct deduplicate keys toArray toCollection
"""


def test_there_is_every_function_make_has() -> None:
    assert set(MAKES.split()) - set(FUNCTIONS) == set()


@pytest.mark.parametrize(("name", "text", "result"), EXAMPLES)
def test_a_documented_example_gives_its_result(name: str, text: str, result: str) -> None:
    value = compile_value(f"{{{{{text}}}}}").evaluate(SAMPLE, SAMPLE_MOMENT)

    assert name in text
    assert result == as_text(value)


@pytest.mark.parametrize(("name", "text", "result"), EXAMPLES)
def test_an_example_gives_the_kind_its_signature_says(name: str, text: str, result: str) -> None:
    compiled = compile_value(f"{{{{{text}}}}}")
    value = compiled.evaluate(SAMPLE, SAMPLE_MOMENT)

    if compiled.kind not in (Kind.ANY, Kind.DATE) and result:
        assert compiled.kind is kind_of_value(value), name


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_a_function_is_documented(function: Any) -> None:
    assert function.examples
    assert function.meaning.endswith((".", "…"))


def test_the_page_shows_the_functions_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert function_tables() == page.partition(BEGIN)[2].partition(END)[0]


def test_only_the_branch_that_is_needed_is_looked_at() -> None:
    assert "z" == evaluate('if(ad.spend > 99; 1 / 0; "z")')
    assert Decimal("12.30") == evaluate("ifempty(ad.spend; 1 / 0)")
    assert "b" == evaluate('switch(1; 2; 1 / 0; 1; "b"; 1 / 0)')


def test_arguments_may_be_left_out() -> None:
    assert evaluate("if(true; ; 5)") is None
    assert "1 234,50" == evaluate('formatNumber(1234.5; 2; ; " ")')
    assert "13" == evaluate("formatNumber(12.5; ad.nothing)")


def test_bare_words_are_text_only_where_names_and_formats_are_wanted() -> None:
    assert "20/11/2026" == evaluate("formatDate(now; DD/MM/YYYY)")
    assert ["b", "b", "a"] == evaluate("sort(ad.tags; desc)")
    assert 'Write "yes" for the text' in str(fault("if(ad.spend > 5; yes; 2)").hint)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('substring("Hello"; 3; 1)', "el"),
        ('substring("Hello"; -5; 99)', "Hello"),
        ('replace("a.b.c"; "."; "")', "abc"),
        ('replace("aaa"; "/a/"; "b")', "baa"),
        (r'replace("a1b22"; "/(\d+)/g"; "<$1>")', "a<1>b<22>"),
        ('replace("abc"; "/x*/g"; "-")', "-a-b-c-"),
        ('replace("ABC"; "/b/gi"; "$&$&")', "ABBC"),
        ('replace("x"; ""; "y")', "x"),
        (r'replace("a\nb"; "/^/gm"; "> ")', "> a\n> b"),
        ('contains("a"; "A")', False),
        ('length("🎉")', 1),
        ('join(add(emptyarray; 1; 2.50; true); "-")', "1-2.5-true"),
        ('sort(split("10,9,1"; ","))', ["1", "9", "10"]),
        ('sort(split("b,A,c"; ","); "asc")', ["A", "b", "c"]),
        ('sort(split("b,A,c"; ","); "desc ci")', ["c", "b", "A"]),
        ('sort(split("9,1a,10,"; ","))', ["10", "1a", "9", ""]),
        ('join(map(sort(ad.rows; desc; "id"); id); "")', "2211"),
        ('distinct(add(emptyarray; 1; 1.0; "1"; true; null; null))', [1, "1", True, None]),
        ('remove(add(emptyarray; 1; "1"; 2); 1)', [2]),
        ("merge(ad.nothing; ad.tags)", ["b", "a", "b"]),
        ('sha256("hello"; "base64")', "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
        (
            'sha256("hello"; "hex"; "key")',
            "9307b3b915efb5171ff14d8cb55fbcc798c6c0ef1456d66ded1a6aa723a58b7b",
        ),
        ('parseNumber("-1.234.567,5"; ",")', Decimal("-1234567.5")),
        ("round(-0.5)", -1),
        ("7 % 3", 1),
        ("-7 % 3", -1),
        ("7 / 2", Decimal("3.5")),
        ("6 / 2", 3),
        ("2 + 3 * 4 - 1", 13),
        ("(2 + 3) * 4", 20),
        ("0.1 + 0.2", Decimal("0.3")),
        ('"5" * "2"', 10),
        ("-ad.spend", Decimal("-12.30")),
        ("sum(1; add(emptyarray; 2; null); 3.5)", Decimal("6.5")),
        ("median(emptyarray)", None),
        ("stdevS(5)", None),
    ],
)
def test_functions_and_operators_at_their_edges(text: str, result: Any) -> None:
    assert result == evaluate(text)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('formatDate("2026-03-05 07:08:09.123"; "YY-M-D H:m:s.SSS")', "26-3-5 7:8:9.123"),
        ('formatDate("2026-01-01"; "[Q]Q DDDD E e gggg-ww GGGG-WW")', "Q1 001 4 4 2026-01 2026-01"),
        ('formatDate("2027-01-01"; "gggg-ww GGGG-WW")', "2027-01 2026-53"),
        ('formatDate("2026-11-03"; "Do dd ddd LL")', "3rd Tu Tue November 3, 2026"),
        ('formatDate("2026-11-11T23:00"; "Do hh:mm a Z"; "Asia/Tokyo")', "12th 08:00 am +09:00"),
        ('formatDate("2026-11-20"; "x")', "1795132800000"),
        ('parseDate("Nov 3rd, 2026 5:06 PM"; "MMM Do, YYYY h:mm A")', "2026-11-03T17:06:00Z"),
        ('parseDate("12 AM"; "h A")', "2026-11-20T00:00:00Z"),
        ('parseDate("2026-324"; "YYYY-DDDD")', "2026-11-20T00:00:00Z"),
        ('parseDate("20.11.26 +0200"; "DD.MM.YY ZZ")', "2026-11-19T22:00:00Z"),
        ('parseDate("1795163400.5"; "X")', "2026-11-20T08:30:00.500Z"),
        ('addMonths("2027-01-31"; 1)', "2027-02-28T00:00:00Z"),
        ('addYears("2024-02-29"; 1)', "2025-02-28T00:00:00Z"),
        ('addHours("2026-01-01"; 1.5)', "2026-01-01T01:30:00Z"),
        ("setDay(ad.created; 8)", "2026-11-22T08:30:00Z"),
        ("setMonth(ad.created; 13)", "2027-01-20T08:30:00Z"),
        ("setDate(ad.created; 0)", "2026-10-31T08:30:00Z"),
        ("setHour(ad.created; -1)", "2026-11-19T23:30:00Z"),
        ('dateDifference("2026-03-31"; "2026-02-28"; "month")', "1"),
        ('dateDifference("2026-01-01"; "2026-03-31"; "months")', "-2"),
        ('dateDifference("2026-01-02"; "2026-01-01")', "86400000"),
    ],
)
def test_dates_are_written_read_and_moved(text: str, result: str) -> None:
    assert result == as_text(evaluate(text))


def test_days_go_by_the_clock_on_the_wall() -> None:
    berlin = Moment(MOMENT.now, timezone="Europe/Berlin")
    summer = "2026-03-28 12:00:00"  # the clock goes forward the night after

    assert "2026-03-29T11:00:00Z" == as_text(evaluate(f'addDays("{summer}"; 1)', berlin))
    assert "2026-03-29T12:00:00Z" == as_text(evaluate(f'addHours("{summer}"; 24)', berlin))
    assert "13:00" == evaluate(f'formatDate("{summer}"; "HH:mm")', berlin)
    assert "2026-03-27T23:00:00Z" == as_text(evaluate(f'setHour("{summer}"; 0)', berlin))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('parseNumber("1,5")', "is no number with the decimal sign ."),
        ('parseDate("20.13.2026"; "DD.MM.YYYY")', "is no date there is"),
        ('parseDate("soon"; "YYYY")', "is not of the format YYYY"),
        ('parseDate("1 1"; "D D")', "twice"),
        ("sort(ad.rows)", "Lists and objects have no order"),
        ('sort(ad.tags; "up")', "There is no order 'up'"),
        ('dateDifference(now; now; "moons")', "There is no unit 'moons'"),
        ("addYears(now; 9000)", "beyond all dates"),
        ('addDays("9999-12-31"; 1)', "beyond what dates"),
        ('setDay(now; "someday")', "neither a number nor a name"),
        ('addDays("tomorrow"; 1)', '"tomorrow" is no date'),
        ('addDays("2026-02-30"; 1)', "is no date there is"),
        ("addDays(5; 1)", "is a number, and a date is needed"),
        ('sha1("x"; "rot13")', "no encoding 'rot13'"),
        ('matches("a"; "(?=a)")', "not known in patterns"),
        (r'matches("a"; "(a)\1")', "not known in patterns"),
        ('matches("a"; "(a")', "( is never closed"),
        ('matches("a"; "a)")', ") closes nothing"),
        ('matches("a"; "[a")', "[ is never closed"),
        ('matches("a"; "*")', "repeats nothing"),
        ('matches("a"; "a{2,1}")', "wrong order"),
        ('matches("a"; "/a/y")', "no flag y"),
        ("ad.tags > 1", "is neither less nor more"),
        ("ad.name > 5", '"Summer sale" is no number'),
        ("round(1.5; 99)", "Decimals go from"),
    ],
)
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    assert message in fault(text).message


def test_filter_operands_compare_as_they_should() -> None:
    holds = [
        '"1" = 1', "1 = 1.0", '"1.0" = 1', 'true = "true"', "ad.nothing = emptystring",
        "ad.nothing = null", "ad.nothing != 0", '"007" != "7"', '"9" < "10"', '"b" > "a"',
        'ad.created = toDate("2026-11-20T09:30:00+01:00")', "now > ad.created",
        "not(ad.nothing > 1)", "not(ad.nothing < 1)", "true = 1", 'ad.id > "1790000000000000016"',
        "ad.info = ad.info", "1 = 1 | 1 / 0", "not(1 = 2 & 1 / 0)",
    ]  # fmt: skip

    assert [] == [text for text in holds if evaluate(text) is not True]


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=20))
def test_sums_of_money_are_exact(amounts: list[Decimal]) -> None:
    cents = sum(int(amount * 100) for amount in amounts)

    assert Decimal(cents) / 100 == evaluate("sum(a.x)", a={"x": amounts})
    assert Decimal(cents) == evaluate("sum(a.x) * 100", a={"x": amounts})
