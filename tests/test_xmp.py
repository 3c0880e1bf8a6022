"""XMP: properties, lists and structures under ExifTool's names; entities and endless nesting refused."""

import pytest

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.xml_tree import parse
from provenance.examine.metadata.xmp import MAX_PACKET_BYTES, Xmp
from tests.container_bytes import packet


def read(data: bytes) -> Reading:
    return Xmp().read_block(Block("xmp", data, 0, "XMP"), 0)


def metadata(body: str, attributes: str = "") -> dict[str, object]:
    return read(packet(body, attributes)).metadata


def test_properties_are_read_from_attributes_and_elements():
    found = metadata("<photoshop:City>Канск</photoshop:City>", 'xmp:CreatorTool="darktable 4.6"')
    assert found == {"XMP-photoshop:City": "Канск", "XMP-xmp:CreatorTool": "darktable 4.6"}


def test_the_toolkit_and_what_the_packet_is_about_are_named():
    data = packet("", toolkit="XMP Core 6.0").replace(b'rdf:about=""', b'rdf:about="DJI"')
    assert read(data).metadata == {"XMP-x:XMPToolkit": "XMP Core 6.0", "XMP-rdf:About": "DJI"}


def test_a_list_stays_a_list_also_with_one_item():
    found = metadata("<dc:subject><rdf:Bag><rdf:li>rail</rdf:li></rdf:Bag></dc:subject>")
    assert found == {"XMP-dc:Subject": ["rail"]}


def test_of_languages_the_default_has_the_plain_name():
    found = metadata(
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Bridge</rdf:li>'
        '<rdf:li xml:lang="ru">Мост</rdf:li></rdf:Alt></dc:title>'
    )
    assert found == {"XMP-dc:Title": "Bridge", "XMP-dc:Title-ru": "Мост"}


STEP = 'stEvt:action="saved" stEvt:when="2010-07-14T03:37:37-05:00" stEvt:softwareAgent="Adobe Photoshop CS5"'


@pytest.mark.parametrize(
    "item",
    [
        f"<rdf:li {STEP}/>",
        f"<rdf:li><rdf:Description {STEP}/></rdf:li>",
        '<rdf:li rdf:parseType="Resource"><stEvt:action>saved</stEvt:action>'
        "<stEvt:when>2010-07-14T03:37:37-05:00</stEvt:when>"
        "<stEvt:softwareAgent>Adobe Photoshop CS5</stEvt:softwareAgent></rdf:li>",
    ],
)
def test_the_edit_history_is_the_same_in_every_notation_of_a_structure(item):
    found = metadata(f"<xmpMM:History><rdf:Seq>{item}</rdf:Seq></xmpMM:History>")
    step = {"Action": "saved", "When": "2010:07:14 03:37:37-05:00", "SoftwareAgent": "Adobe Photoshop CS5"}
    assert found == {"XMP-xmpMM:History": [step]}


def test_a_value_with_qualifiers_is_its_value():
    found = metadata(
        "<xmp:Label rdf:parseType='Resource'><rdf:value>Red</rdf:value><xmp:Nickname>r</xmp:Nickname></xmp:Label>"
    )
    assert found == {"XMP-xmp:Label": "Red"}


def test_repeated_descriptions_are_all_read():
    data = packet('<xmp:Label>Red</xmp:Label></rdf:Description><rdf:Description dc:format="image/jpeg">').replace(
        b"<rdf:Description dc:", b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:'
    )
    assert read(data).metadata == {"XMP-xmp:Label": "Red", "XMP-dc:Format": "image/jpeg"}


def test_an_unknown_namespace_goes_by_the_prefix_the_file_gives_it():
    found = metadata("<cats:species xmlns:cats='http://panthera.example/'>Lynx</cats:species>")
    assert found == {"XMP-cats:Species": "Lynx"}


def test_numbers_of_exif_fields_are_numbers_and_titles_stay_text():
    found = metadata(
        "", 'exif:ExposureTime="1/180" exif:ExifVersion="0231" exif:FNumber="28/10" photoshop:Headline="0.10"'
    )
    assert found == {
        "XMP-exif:ExposureTime": 0.00555555555555556,
        "XMP-exif:ExifVersion": "0231",
        "XMP-exif:FNumber": 2.8,
        "XMP-photoshop:Headline": "0.10",
    }


def test_dates_have_their_zone_and_their_meaning():
    reading = read(
        packet(
            "", 'exif:DateTimeOriginal="2024-11-14T10:22:33.5+07:00" xmp:ModifyDate="2024-11-15" xmp:CreateDate="2024"'
        )
    )
    assert [(date.means, date.stated) for date in reading.dates] == [
        ("taken", "2024-11-14T10:22:33.5+07:00"),
        ("created", "2024"),
        ("modified", "2024-11-15"),
    ]
    assert [date.precision for date in reading.dates] == ["subsecond", "year", "day"]
    assert reading.dates[1].time is None  # a year alone is a date in XMP, but nothing to reckon with
    assert reading.gaps == ()


def test_a_month_and_a_minute_are_dates_too():
    reading = read(packet("", 'photoshop:DateCreated="2024-11" xmp:MetadataDate="2024-11-14T10:22Z"'))
    assert [(date.stated, date.precision) for date in reading.dates] == [
        ("2024-11", "month"),
        ("2024-11-14T10:22:00Z", "minute"),
    ]


def test_altitude_and_direction_are_read_with_the_position():
    stated = 'exif:GPSAltitude="123/10" exif:GPSAltitudeRef="1" exif:GPSImgDirection="90/1" exif:GPSImgDirectionRef="T"'
    position = read(packet("", f'exif:GPSLatitude="56,0.6N" exif:GPSLongitude="92,47.4E" {stated}')).positions[0]
    assert (position.altitude_m, position.direction_deg, position.direction_north) == (-12.3, 90, "true")


def test_of_a_property_stated_twice_the_last_is_read_and_that_is_said():
    reading = read(packet("<xmp:Label>Red</xmp:Label><xmp:Label>Blue</xmp:Label>", 'dc:format="image/jpeg"'))
    assert reading.metadata == {"XMP-dc:Format": "image/jpeg", "XMP-xmp:Label": "Blue"}
    assert [gap.reason for gap in reading.gaps] == ["XMP-xmp:Label is stated with two values, the last is read"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [("56,0.6N", "92,47.4E", (56.01, 92.79)), ("33,51,31S", "151,12,51W", (-33.858611, -151.214167))],
)
def test_positions_are_read_from_xmps_notation(latitude, longitude, expected):
    reading = read(packet("", f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"'))
    position = reading.positions[0].position
    assert (position.latitude, position.longitude) == pytest.approx(expected, abs=1e-6)
    assert reading.metadata["XMP-exif:GPSLatitude"] == pytest.approx(expected[0], abs=1e-6)


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        ("0,0N", "0,0E", "0,0"),
        ("56.01", "92.79", "no hemisphere"),
        ("north", "92,47.4E", "'north' is no angle"),
        ("99,0N", "92,47.4E", "outside -90..90"),
    ],
)
def test_a_position_that_is_none_is_refused_with_the_reason(latitude, longitude, reason):
    reading = read(packet("", f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"'))
    assert reading.positions == ()
    assert [gap.step for gap in reading.gaps] == ["gps"]
    assert reason in reading.gaps[0].reason


def test_place_fields_and_captions_are_handed_on_with_their_field():
    reading = read(
        packet(
            '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A bridge</rdf:li></rdf:Alt></dc:description>',
            'photoshop:City="Хасан" photoshop:Country="Россия" Iptc4xmpCore:Location="мост"',
        )
    )
    assert {(place.field, place.text) for place in reading.place_fields} == {
        ("XMP-photoshop:City", "Хасан"),
        ("XMP-photoshop:Country", "Россия"),
        ("XMP-iptcCore:Location", "мост"),
    }
    assert [caption.text for caption in reading.captions] == ["A bridge"]


def test_entities_are_refused():
    with pytest.raises(ReadError, match="which are refused"):
        parse('<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>')
    with pytest.raises(ReadError, match="which are refused"):
        parse('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>')
    with pytest.raises(ReadError, match="undefined entity"):
        read(packet("<dc:format>&lol;</dc:format>"))


@pytest.mark.parametrize("body", ["<dc:a>" * 200 + "</dc:a>" * 200, "<dc:a/>" * 20_000])
def test_nesting_and_number_of_elements_are_bounded(body):
    with pytest.raises(ReadError, match=r"deeper than|more than"):
        read(packet(body))


def test_a_packet_over_the_limit_and_one_without_an_end_raise_read_errors():
    with pytest.raises(ReadError, match="limit"):
        read(b" " * (MAX_PACKET_BYTES + 1))
    with pytest.raises(ReadError, match="without a whole"):
        read(packet("<dc:format>x</dc:format>")[:-60])


def test_padding_utf16_and_bytes_that_are_not_utf8_do_not_hide_a_packet():
    data = packet("", 'photoshop:City="Łódź"')
    assert read(b"\0" + data + b" " * 2000 + b"\0").metadata == {"XMP-photoshop:City": "Łódź"}
    assert read(data.decode().encode("utf-16-be")).metadata == {"XMP-photoshop:City": "Łódź"}
    assert read(packet("", 'photoshop:City="Orleans"').replace(b"Orl", b"Orl\xe9")).metadata == {
        "XMP-photoshop:City": "Orléeans"
    }


def test_control_characters_do_not_reach_a_terminal():
    assert read(packet("", 'photoshop:City="a\x1b[31mb"')).metadata == {"XMP-photoshop:City": "a[31mb"}


def test_text_between_comments_sections_and_references_is_one_text():
    assert metadata("<dc:source>a<!-- b -->c<![CDATA[<d>]]>&lt;&#1078;<?e f?>\ng</dc:source>") == {
        "XMP-dc:Source": "ac<d><\u0436\ng"
    }


def test_namespaces_count_as_nodes():
    many = " ".join(f'xmlns:a{n}="u{n}"' for n in range(8_001))
    with pytest.raises(ReadError, match="more than 8000"):
        read(packet(f"<dc:source {many}>x</dc:source>"))
