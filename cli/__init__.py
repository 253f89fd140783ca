"""The `voronka` command. One module per subcommand; each is imported only when it is asked for."""
