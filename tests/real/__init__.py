"""Tests against real servers: WordPress and MediaWiki as Debian packs them."""
