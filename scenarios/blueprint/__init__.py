"""Import of scenarios of Make, Ibexa Connect and Integromat.

A blueprint is read (`reading`, `rules`), its nodes are drafted as steps by the table of aliases
(`flow`, `recipes_…`), written down with comments (`writing`) and checked by the language itself
(`mending`). Every node is accounted for in the report; what is not known is never guessed.
"""

from scenarios.blueprint.importing import Imported, Start, Wishes, import_blueprint
from scenarios.blueprint.report import Entry, Verdict, What

__all__ = ["Entry", "Imported", "Start", "Verdict", "What", "Wishes", "import_blueprint"]
