"""The platforms, a file each. A file here whose ``PLATFORM`` is a ``Source`` is a platform; ``collector/sources.py`` finds it."""
