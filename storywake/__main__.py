"""``python -m storywake``."""

from .start import main

main()
