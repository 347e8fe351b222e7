"""Finding, fetching and reading reactions. Knows neither the database nor the schedule."""
