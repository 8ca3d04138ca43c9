"""Endpoints that make and change things: campaigns to ads, files, audiences, pixels, events."""
