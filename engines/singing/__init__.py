"""Singing: words on notes, in the voices of text to speech."""
