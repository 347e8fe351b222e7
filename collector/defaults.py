"""Defaults that are needed before the settings are loaded."""

DATABASE = "sqlite:///storywake.db"
"""The database's address."""
