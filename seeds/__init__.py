"""Stories that come along, each a folder."""
