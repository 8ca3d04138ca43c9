"""The language scenarios are written in, and scenarios ready to use.

Whoever only walks a scenario needs `scenarios.model`; whoever reads one, `scenarios.loader`.
"""
