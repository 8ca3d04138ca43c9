"""What conversion events are to TikTok: names, identities, mappings, checks, payloads (pure)."""
