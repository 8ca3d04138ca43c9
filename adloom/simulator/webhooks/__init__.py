"""Webhooks: who subscribed, what is told, and how it is delivered (business_api.md §6)."""

__all__: list[str] = []
