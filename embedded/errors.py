"""What can go wrong with an embedded server; every message says what happened and what to do."""


class ServerError(Exception):
    """An embedded server could not be started or went away. The message is meant for a person."""


class PortInUse(ServerError):
    """Something else listens on a port that was asked for."""
