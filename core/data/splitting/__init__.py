"""How samples are divided: drawn by class, by entity, by time, and purged of what is on two sides."""
