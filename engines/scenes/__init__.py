"""Scenes of sound from words: what is heard, how many, how near, when and for how long."""
