"""One module a resource; `api.app` puts them together."""
