"""Invented: a story that nobody lived through, put in as if it had been watched, to look at and to test with.

``script`` reads what was written for it, ``pages`` and ``payloads`` say it as papers and networks would, ``passes``
stores that as passes do.
"""
