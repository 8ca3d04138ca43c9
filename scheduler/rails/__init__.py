"""Rails: every change of a scenario is held against its limits before it is sent (DESIGN §8)."""
