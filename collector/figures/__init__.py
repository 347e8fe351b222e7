"""Numbers over many reactions: reach, shares, change over time, agreement."""

Z_95 = 1.96
"""Standard deviations of a 95 % interval."""
