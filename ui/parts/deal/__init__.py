"""The card of one deal, section by section."""
