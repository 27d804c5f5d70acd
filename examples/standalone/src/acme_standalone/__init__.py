"""A standalone runtime."""
