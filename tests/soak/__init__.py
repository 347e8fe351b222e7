"""Instruments: the command as a whole, run for minutes against a network on loopback that changes, fails and lies."""
