"""Pictures: what is alike in them, and the words that stand in them."""
