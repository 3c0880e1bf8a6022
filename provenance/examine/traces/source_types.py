"""IPTC's vocabulary of digital source types: what each term says a picture is.

Terms: IPTC NewsCodes, "Digital Source Type" (cv.iptc.org/newscodes/digitalsourcetype), with those it has retired.
"""

from typing import Final

MADE_BY_A_MODEL: Final = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"})

MEANINGS: Final = {
    "algorithmicMedia": "made by a rule-based algorithm, without training data",
    "algorithmicallyEnhanced": "a picture changed by an algorithm, such as noise removal, that keeps its content",
    "composite": "put together of several elements",
    "compositeCapture": "put together of several captures of real life",
    "compositeSynthetic": "put together of elements of which at least one is synthetic",
    "compositeWithTrainedAlgorithmicMedia": "edited or put together with a generative model",
    "computationalCapture": "a capture of real life by processing of several exposures or sensors",
    "dataDrivenMedia": "a drawing of data",
    "digitalArt": "drawn by a person with digital tools",
    "digitalCapture": "a capture of real life by a digital camera or recorder",
    "digitalCreation": "made by a person with digital tools",
    "humanEdits": "a picture changed by a person with non-generative tools",
    "minorHumanEdits": "a capture with minor changes by a person",
    "multiFrameComputationalCapture": "a capture of real life, put together of several exposures",
    "negativeFilm": "a scan of a negative",
    "positiveFilm": "a scan of a slide",
    "print": "a scan of a print",
    "screenCapture": "a picture of what a screen showed",
    "softwareImage": "made by software",
    "trainedAlgorithmicMedia": "made by a generative model",
    "virtualRecording": "a recording of a virtual event",
}


def term_of(value: str) -> str:
    """The term of a value that is the term's address, as the standard wants, or the term alone; else ""."""
    term = value.strip().rstrip("/").rpartition("/")[2]
    return next((known for known in MEANINGS if known.lower() == term.lower()), "")
