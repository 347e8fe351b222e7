"""The command line."""

__version__ = "0.1.0"
"""The one place that says it: the build, ``--version`` and the User-Agent read it here."""
