"""SMTP servers side by side: the same work, in turns, on one machine."""
