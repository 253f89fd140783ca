"""What one person has to do."""
