"""Write the JSON Schema of scenario tests: `.venv/bin/python docs/make_test_schema.py`."""

from pathlib import Path

from scenarios.testing.schema import script_schema_text

if __name__ == "__main__":
    place = Path(__file__).with_name("scenario-test.schema.json")
    place.write_text(script_schema_text(), encoding="utf-8")
