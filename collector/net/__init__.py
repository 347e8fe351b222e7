"""The one door to the network: fetching, its guards and pace, budgets, streams, and what came back."""
