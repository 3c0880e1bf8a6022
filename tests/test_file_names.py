"""File names: every example of the table is recognised, states its time, and says how far its rule was checked."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.examine.traces.file_names import traces_of_name
from provenance.model.file_names import PATTERNS, dates_of_name

TABLE = json.loads(files("provenance.model").joinpath("data/file_name_patterns.json").read_text(encoding="utf-8"))[
    "patterns"
]
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
        ("FB_IMG_1731572553123.jpg", "2024-11-14T08:22:33.123Z"),
        ("CHIZFl5U0AAENRU.png", "2015-06-10T10:08:35.130Z"),  # as the API dates that medium
        ("GI4faDWWsAEclit.jpg", "2024-03-17T15:32:06.935Z"),  # 84 s before its post
        ("PXL_20241114_102233123.jpg", "2024-11-14T10:22:33.123Z"),
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


@pytest.mark.parametrize(
    ("name", "stated", "means", "precision"),
    [
        ("photo_2024-11-14_10-22-33.jpg", "2024-11-14T10:22:33", "saved", "second"),
        ("IMG-20241114-WA0001.jpg", "2024-11-14", "saved", "day"),
        ("FB_IMG_1731572553123.jpg", "2024-11-14T08:22:33.123Z", "saved", "subsecond"),
        ("CHIZFl5U0AAENRU.png", "2015-06-10T10:08:35.130Z", "saved", "subsecond"),
        ("mmexport1716130574783.jpg", "2024-05-19T14:56:14.783Z", "saved", "subsecond"),
        ("PXL_20241114_102233123.jpg", "2024-11-14T10:22:33.123Z", "taken", "subsecond"),
        ("IMG_20241114_102233.jpg", "2024-11-14T10:22:33", "taken", "second"),
    ],
)
def test_a_time_in_a_name_is_a_date_with_a_zone_only_where_its_clock_counts_in_utc(name, stated, means, precision):
    (reading,) = dates_of_name(name)
    assert (reading.field, reading.text) == ("file name", name)
    assert (reading.stated, reading.means, reading.precision) == (stated, means, precision)
    assert reading.time is not None
    assert reading.time.has_zone == stated.endswith("Z")


def test_every_trace_says_what_else_has_such_a_name():
    for name, _ in EXAMPLES:
        assert all("anybody can type a name" in trace.but for trace in traces_of_name(name))


@pytest.mark.parametrize("entry", TABLE, ids=[entry["software"] for entry in TABLE])
def test_only_a_name_with_a_time_says_what_it_means(entry):
    assert (entry["clock"] is None) == (entry["means"] is None)
    assert entry["means"] in (None, "saved", "taken")
    assert entry["zone"] in (None, "Z")


@pytest.mark.parametrize("name", ["IMG-20010101-WA0001.jpg", "FB_IMG_0000000000001.jpg", "mmexport9999999999999.jpg"])
def test_a_name_of_a_year_before_its_software_is_of_another_origin(name):
    assert traces_of_name(name) == dates_of_name(name) == ()


@given(st.one_of(st.text(max_size=300), *(st.from_regex(each.form, fullmatch=True) for each in PATTERNS)))
def test_whatever_the_name_is_its_dates_are_times_and_traces_come_with_them(name):
    traces, dates = traces_of_name(name), dates_of_name(name)
    assert len(dates) <= len(traces)
    assert all(reading.time is not None and 1900 < reading.time.wall.year <= 2040 for reading in dates)
