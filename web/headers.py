"""What every page tells a browser: run and load what comes with Storywake alone, tell no other site where a link
was followed.
"""

BARE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
"""With no referrer at all a browser would not say which site a form was sent from (fetch.spec.whatwg.org, Origin)."""
SAFE = {
    **BARE,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}
CHART = {**BARE, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"}
"""A chart has its style inside."""
