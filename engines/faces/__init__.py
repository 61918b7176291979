"""Faces in pictures: finding them, their mesh, how they are turned, and framing them."""
