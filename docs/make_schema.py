"""Write the JSON Schema of scenario files: `.venv/bin/python docs/make_schema.py`."""

from pathlib import Path

from scenarios.schema import schema_text

if __name__ == "__main__":
    place = Path(__file__).with_name("scenario.schema.json")
    place.write_text(schema_text(), encoding="utf-8")
