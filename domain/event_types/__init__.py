"""Event types by subject; `domain.events` puts them together. Types are only ever added to."""
