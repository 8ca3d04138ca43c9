"""From the fact sheets to the shipped tables; nothing here is needed at run time."""
