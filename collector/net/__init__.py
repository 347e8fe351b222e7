"""Everything that touches the network: fetching, its guards, its pace, budgets, streams, and the answers as evidence."""
