"""A catalogue built from small invented sheets."""

from pathlib import Path

import pytest

from adloom.catalogue import Catalogue
from adloom.catalogue.build import build


@pytest.fixture(scope="session")
def invented_sheets() -> Path:
    return Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def invented(invented_sheets: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("catalogue")
    build(invented_sheets, folder)
    return Catalogue(folder)
