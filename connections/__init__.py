"""Authorised accounts: their grants, sealed; their limits; the one HTTP client."""
