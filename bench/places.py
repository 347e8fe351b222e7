"""What training writes and measuring reads."""

from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "collector" / "stance"
"""Where the weights are that ship."""
LEFT_OUT = Path(__file__).parent / "left_out.npz"
"""The English encoder's scores of each reaction, by a model that saw none of its story."""
