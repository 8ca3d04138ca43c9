"""Rows read from files of the user, one at a time."""
