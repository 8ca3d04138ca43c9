"""The command line: one file for every noun."""
