"""What a task's own page is made of."""
