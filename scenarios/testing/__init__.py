"""Tests of scenarios: what is given, what is expected, and nothing else."""
