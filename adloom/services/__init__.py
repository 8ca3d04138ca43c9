"""What every face of adloom does for its user: the command line and the console call the same."""
