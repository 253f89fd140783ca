"""Scenarios: stories in YAML, played in virtual time against the pipelines and checked for what people see.

`parsing` reads a file into `scenario`'s steps, `runner` plays them on an `engine` (`model` or `temporal`),
`report` tells how it went.
"""
