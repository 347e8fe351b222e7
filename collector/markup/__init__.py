"""HTML: parsing it, the text and links of its pieces, and the posts that it embeds."""
