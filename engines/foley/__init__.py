"""Sounds made from nothing: each a small procedure, seeded, by physical and spectral models."""
