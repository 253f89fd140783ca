"""What happened to a deal, in words: each event of its timeline as a sentence in two languages."""

from api.telling.teller import Teller
from api.telling.timeline import tell

__all__ = ["Teller", "tell"]
