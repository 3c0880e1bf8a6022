"""Metadata by what it means."""

from typing import get_args

from provenance.investigate.stated import _FIELDS, stated
from provenance.model.stated import About, EditStep, EmbeddedThumbnail
from provenance.report.text_of_file import _WORDS


def texts(metadata: dict[str, object], about: str) -> tuple[str, ...]:
    return stated(metadata).texts(about)  # type: ignore[arg-type]


def test_one_thing_said_in_several_fields_is_kept_with_each_field():
    said = stated({"IFD0:Artist": "A. Reporter", "IPTC:By-line": "A. Reporter", "XMP-dc:Creator": ["B. Desk"]})
    assert [(s.field, s.text) for s in said.statements] == [
        ("IFD0:Artist", "A. Reporter"),
        ("XMP-dc:Creator", "B. Desk"),
        ("IPTC:By-line", "A. Reporter"),
    ]
    assert said.texts("author") == ("A. Reporter", "B. Desk")


def test_serial_numbers_are_found_in_any_makers_notes():
    assert texts({"Canon:SerialNumber": 123456789, "Nikon:SerialNumber": "3001234"}, "camera_serial") == (
        "123456789",
        "3001234",
    )


def test_a_serial_number_that_is_not_set_is_none():
    assert texts({"ExifIFD:SerialNumber": "0", "ExifIFD:LensSerialNumber": "0000000000"}, "camera_serial") == ()
    assert texts({"ExifIFD:LensSerialNumber": "0000000000"}, "lens_serial") == ()


def test_the_lens_of_a_profile_or_of_a_second_group_is_no_makers():
    assert texts({"XMP-crs:LensModel": "x", "IFD1:LensModel": "y", "Apple:LensModel": "back camera"}, "lens") == (
        "back camera",
    )


def test_places_are_written_from_the_narrowest_to_the_widest():
    where = [{"CountryName": "Russia", "City": "Krasnoyarsk", "Sublocation": "Station"}]
    assert texts({"XMP-iptcExt:LocationCreated": where}, "place_taken") == ("Station, Krasnoyarsk, Russia",)


def test_who_is_in_the_picture_is_not_among_what_is_said():
    said = stated({"XMP-iptcExt:PersonInImage": ["somebody"], "XMP-mwg-rs:RegionInfo": {"Name": "somebody"}})
    assert said.statements == ()


def test_the_edit_history_is_kept_in_order_and_a_broken_step_left_out():
    steps = [
        {"Action": "created", "When": "2024-11-14T10:00:00+07:00", "SoftwareAgent": "Editor 1"},
        "not a step",
        {"Action": "saved", "Changed": "/metadata"},
    ]
    assert stated({"XMP-xmpMM:History": steps}).history == (
        EditStep("created", "2024-11-14T10:00:00+07:00", "Editor 1", ""),
        EditStep("saved", "", "", "/metadata"),
    )


def test_a_thumbnail_of_no_bytes_is_none():
    assert stated({"IFD1:ThumbnailLength": 0}).thumbnail is None
    assert stated({"IFD1:ThumbnailLength": 6610, "IFD1:ThumbnailOffset": 700}).thumbnail == EmbeddedThumbnail(6610, 700)


def test_a_value_of_any_shape_becomes_one_line_of_bounded_length():
    values = {"ExifIFD:UserComment": "a\n\tb", "XMP-dc:Description": {"x-default": "c"}, "File:Comment": "d" * 9999}
    said = stated(values)
    assert said.texts("caption")[:2] == ("a b", "c")
    assert len(said.texts("caption")[2]) == 2000


def test_the_computer_is_not_the_software_and_editors_are_not_authors():
    said = stated(
        {
            "IFD0:Software": "15.5",
            "IFD0:HostComputer": "iPhone 12 Pro",
            "IPTC:By-line": "A. Reporter",
            "IPTC:Writer-Editor": "B. Desk",
            "XMP-photoshop:CaptionWriter": "B. Desk",
            "XMP-photoshop:TransmissionReference": "job 7",
            "XMP-iptcCore:CreatorContactInfo": {"CiEmailWork": "a@example.org"},
            "XMP-xmpRights:UsageTerms": "once",
        }
    )
    assert said.texts("software") == ("15.5",)
    assert said.texts("computer") == ("iPhone 12 Pro",)
    assert said.texts("author") == ("A. Reporter",)
    assert said.texts("caption_writer") == ("B. Desk",)
    assert said.texts("job") == ("job 7",)
    assert said.texts("contact") == ("a@example.org",)
    assert said.texts("usage_terms") == ("once",)


def test_every_kind_of_statement_has_a_label_in_the_report_and_fields_that_state_it():
    assert set(get_args(About)) == set(_WORDS) == set(_FIELDS)
