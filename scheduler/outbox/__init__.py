"""Events on their way: kept on disk until TikTok has them, sent in batches, each exactly once."""
