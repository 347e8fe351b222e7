"""The store: models, upserts, queries, views, migrations. The only package that writes SQL."""
