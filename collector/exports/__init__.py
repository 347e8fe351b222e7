"""Exports and archives of other tools: whose they are, and the posts in them."""
