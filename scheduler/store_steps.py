"""Steps that read and write data stores; a write and the note of it are one transaction."""

__all__ = ["run_store"]
