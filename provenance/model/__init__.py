"""The nouns, as frozen dataclasses. A value that exists is valid; the code behind it does not check again."""
