"""Answers read in worker processes, whatever they are answers of."""
