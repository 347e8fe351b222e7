"""What sentences say: statements, mentions, names, organisations, language."""
