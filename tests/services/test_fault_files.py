"""Files that tell of a fault: enough to mend it, and nothing of anybody."""

import re
from pathlib import Path

import pytest

from adloom.secret import Secret
from adloom.services.fault_files import fault_text, write_fault


def raised(text: str) -> ValueError:
    """An error as it comes from somewhere."""

    def fail() -> None:
        raise ValueError(text)

    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        fail()
    return caught.value


@pytest.mark.parametrize(
    "quoted",
    ["canary.person+shop@mail.example.co.uk", "+49 151 1234-5678", "+4915112345678", "a@b.example"],
)
def test_what_an_error_quotes_of_people_is_dots(quoted: str) -> None:
    told = fault_text(raised(f"could not convert '{quoted}'"), "console: POST /events")

    assert quoted not in told
    assert "could not convert '•••'" in told


def test_secrets_are_dots_and_the_place_is_told() -> None:
    secret = Secret("canary-secret-0123456789")
    told = fault_text(raised(f"refused {secret.reveal()}"), "console: GET /events")

    assert secret.reveal() not in told
    assert "during: console: GET /events" in told
    assert "test_fault_files.py" in told


def test_a_fault_is_written_where_only_its_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    place = write_fault(raised("x"), "console")

    assert place is not None
    assert 0o600 == Path(place).stat().st_mode & 0o777
