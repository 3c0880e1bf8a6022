"""File names: every example of the table is recognised, states its time, and says how far its rule was checked."""

import json
from importlib.resources import files

import pytest

from provenance.examine.metadata import traces_of_name

TABLE = json.loads(
    files("provenance.examine.metadata").joinpath("data/file_name_patterns.json").read_text(encoding="utf-8")
)["patterns"]
EXAMPLES = [(name, entry) for entry in TABLE for name in entry["examples"]]


@pytest.mark.parametrize(("name", "entry"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_each_example_is_of_its_software_and_of_no_other(name, entry):
    (trace,) = traces_of_name(name)
    assert trace.kind == "file_name"
    assert entry["software"] in trace.says
    assert name in trace.because
    assert ("not verified" in trace.source) == (entry["verified"] == "no" or "not verified" in entry["verified"])


@pytest.mark.parametrize(
    ("name", "time"),
    [
        ("photo_2024-11-14_10-22-33 (2).jpg", "2024-11-14T10:22:33"),
        ("photo_12@14-11-2024_10-22-33.jpg", "2024-11-14T10:22:33"),
        ("IMG-20241114-WA0001.jpg", "2024-11-14"),
        ("WhatsApp Image 2024-11-14 at 4.38.44 PM.jpeg", "2024-11-14T16:38:44"),
        ("WhatsApp Image 2024-11-14 at 12.05.00 AM.jpeg", "2024-11-14T00:05:00"),
        ("FB_IMG_1731572553123.jpg", "2024-11-14T08:22:33.123+00:00"),
        ("CHIZFl5U0AAENRU.png", "2015-06-10T10:08:35.130+00:00"),  # as the API dates that medium
        ("GI4faDWWsAEclit.jpg", "2024-03-17T15:32:06.935+00:00"),  # 84 s before its post
        ("PXL_20241114_102233123.jpg", "2024-11-14T10:22:33.123"),
    ],
)
def test_the_time_a_name_states_is_read(name, time):
    assert traces_of_name(name)[0].says.endswith(f"states {time}")


def test_whose_clock_it_is_stands_beside_the_time():
    (trace,) = traces_of_name("photo_2024-11-14_10-22-33.jpg")
    assert "local clock of the computer that saved it" in trace.because
    assert trace.source.endswith("(source code read)")


@pytest.mark.parametrize(
    "name",
    [
        "IMG_0001.JPG",
        "DSC_0001_edited.jpg",  # fifteen characters of base64url, but no media id
        "IMG_20241114_10.jpg",
        "photo_2024-13-14_10-22-33.jpg",
        "photo_2024-11-14_10-22-33.jpg.exe",
        "chizfl5u0aaenru.png",  # base64 tells capitals from small letters
        "",
        "x" * 5000,
    ],
)
def test_a_name_of_no_known_form_or_with_an_impossible_time_says_nothing(name):
    assert traces_of_name(name) == ()
