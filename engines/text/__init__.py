"""Engines' work on written words."""
