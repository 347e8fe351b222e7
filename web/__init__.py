"""The pages: read-only, plain HTML, over what db/ tells."""
