"""Music made from words: a brief, a piece of parts and chords, its MIDI file and its sound."""
