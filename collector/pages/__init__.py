"""What a document holds: article, embeds, flattened posts, reviews, feeds, coverage indexes."""
