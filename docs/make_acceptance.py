"""Write the page of the acceptance items: `.venv/bin/python docs/make_acceptance.py`."""

from tests.acceptance.page import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
