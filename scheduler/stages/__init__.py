"""How steps reach the world: for real, on paper, from records, from a script."""
