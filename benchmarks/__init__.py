"""Measurements that anyone can rerun; see README.md."""
