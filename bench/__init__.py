"""Measurements of the product on real servers. Not tests: figures depend on the machine, so read the ratios."""
