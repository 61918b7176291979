"""How what is written is spoken, in the alphabet of phonemes that the voices take."""
