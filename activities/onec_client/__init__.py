"""What `activities.onec` is made of: the protocol, the mapping file, pulling and mirroring."""
