"""The pages: plain HTML made from the database, and the webmention receiver."""
