"""How the network of :mod:`engines.speech.talkers` is made: voices, mixtures, training, a test."""
