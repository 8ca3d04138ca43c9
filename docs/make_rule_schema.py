"""Write what is made for rules: `.venv/bin/python docs/make_rule_schema.py`.

That is their JSON Schema, and the tables of the page about them.
"""

from pathlib import Path

from scenarios.rules.reference import with_tables
from scenarios.rules.schema import rule_schema_text

if __name__ == "__main__":
    here = Path(__file__).parent
    (here / "rule.schema.json").write_text(rule_schema_text(), encoding="utf-8")
    page = here / "rules.md"
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
