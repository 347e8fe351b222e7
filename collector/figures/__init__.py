"""Numbers over many reactions: reach, shares, change over time, agreement."""
