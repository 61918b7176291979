"""Singing, on real voices."""
