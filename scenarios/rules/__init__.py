"""Rules: TikTok's automated rules as a short form that expands to a scenario, and travels."""
