"""Write what is made for mapping files: `.venv/bin/python docs/make_event_schema.py`.

That is their JSON Schema, and the tables of the presets in the page about them.
"""

from pathlib import Path

from modules.events.presets.reference import mapping_schema_text, with_tables

if __name__ == "__main__":
    here = Path(__file__).parent
    schema = here / "event-mapping.schema.json"
    schema.write_text(mapping_schema_text(), encoding="utf-8")
    page = here / "event-mappings.md"
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
