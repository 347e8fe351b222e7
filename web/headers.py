"""What every page tells a browser: run and load what comes with Storywake alone, tell nobody."""

BARE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
SAFE = {
    **BARE,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}
CHART = {**BARE, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"}
"""A chart has its style inside."""
