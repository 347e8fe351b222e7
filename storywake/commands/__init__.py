"""The commands, one file a group as users see it.

``storywake/cli.py`` says which is where, and loads them when asked for.
"""
