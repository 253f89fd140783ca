"""A pipeline in words: what each stage asks for, what happens by itself, and where deals go from it."""

from api.describing.pipeline import describe, opens

__all__ = ["describe", "opens"]
