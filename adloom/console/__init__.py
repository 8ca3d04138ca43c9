"""The web console: where advertisers and marketers live."""
