"""What happens when, and what happened."""
