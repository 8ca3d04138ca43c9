"""A TikTok to practise on: the other side of the wire.

It knows the catalogue and nothing else of adloom; what it does is written from the fact sheets.
`adloom.simulator.describe()` tells what is modelled, what is generic and what is assumed.
"""

from adloom.simulator.description import describe
from adloom.simulator.fault_kinds import told as faults_told
from adloom.simulator.faults import Rule
from adloom.simulator.options import Options
from adloom.simulator.server import Opened, Running, serve

__all__ = ["Opened", "Options", "Rule", "Running", "describe", "faults_told", "serve"]
