"""How the sample pictures are drawn: a small renderer, and the things it shows. Read pictures.py first."""
