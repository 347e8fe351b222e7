"""``python -m storywake``."""

from .cli import main

main()
