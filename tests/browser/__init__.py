"""What a person does in a browser: a real server, a real Chromium."""
