"""TikTok's endpoints, parameters, enumerations, codes, permissions and metrics as data.

`python -m adloom.catalogue.build SHEETS_FOLDER` makes the JSON files next to this one.
"""

from adloom.catalogue.model import Code, Endpoint, KnownReport, Metric, Param
from adloom.catalogue.reading import Catalogue, load

__all__ = ["Catalogue", "Code", "Endpoint", "KnownReport", "Metric", "Param", "load"]
