"""What belongs together: ties, people, relevance, copies, remarks."""
