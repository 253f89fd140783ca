"""Folds of single features; `domain.evolve` puts them together with its own."""
