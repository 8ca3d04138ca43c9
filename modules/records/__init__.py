"""Bundles and request building shared by several modules."""
