"""Ids of platforms hold times; an address gives those of the publication, and nothing for others."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.model.platform_ids import (
    discord_time,
    instagram_media_id,
    instagram_time,
    times_in_url,
    x_media_time,
    x_time,
)

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize(
    ("url", "platform", "moment"),
    [
        ("https://pbs.twimg.com/media/CHIZFl5U0AAENRU?format=jpg&name=large", "X", "2015-06-10T10:08:35.130"),
        ("https://pbs.twimg.com/media/CHIZFl5U0AAENRU.jpg:orig", "X", "2015-06-10T10:08:35.130"),
        ("https://pbs.twimg.com/media/GI4faDWWsAEclit", "X", "2024-03-17T15:32:06.935"),
        ("https://x.com/a/status/1769386591137448243/photo/1?s=20", "X", "2024-03-17T15:33:31.597"),
        ("http://mobile.twitter.com/a/status/1769386591137448243", "X", "2024-03-17T15:33:31.597"),
        ("twitter.com/i/web/status/1769386591137448243", "X", "2024-03-17T15:33:31.597"),
        ("https://www.instagram.com/p/CEWsh68Kc5C/", "Instagram", "2020-08-26T13:43:27.313"),
        ("https://instagram.com/someone/reel/CEWsh68Kc5C", "Instagram", "2020-08-26T13:43:27.313"),
        (
            "https://cdn.discordapp.com/attachments/1306566464999999999/175928847299117063/x.png?ex=66",
            "Discord",
            "2016-04-30T11:18:25.796",
        ),
        ("https://www.tiktok.com/@u/video/6854717870488702213", "TikTok", "2020-07-29T02:06:13"),
        (
            "https://www.linkedin.com/posts/x_y-activity-7000000000000000000-abcd",
            "LinkedIn",
            "2022-11-20T07:40:53.710",
        ),
    ],
)
def test_the_id_of_the_publication_gives_its_time(url: str, platform: str, moment: str) -> None:
    (found,) = times_in_url(url)
    assert found.platform == platform
    assert found.moment == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert found.bounds
    assert found.source


def test_instagrams_rule_gives_the_times_that_were_stated_for_two_media() -> None:
    for media_id, stated in (
        (2384288897814875714, "2020-08-26T13:43:27"),
        (2383568809444681765, "2020-08-25T13:52:46"),
    ):
        assert instagram_time(media_id).replace(microsecond=0, tzinfo=None) == datetime.fromisoformat(stated)


@pytest.mark.parametrize(
    "url",
    [
        "https://mastodon.social/@a/109374284543500000",
        "https://discord.com/channels/175928847299117063/175928847299117063/1306566464999999999",
        "https://www.threads.net/@a/post/CEWsh68Kc5C",
    ],
)
def test_what_can_be_changed_under_its_id_does_not_bound(url: str) -> None:
    (found,) = times_in_url(url)
    assert not found.bounds


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://x.com/a",
        "https://x.com.evil.org/a/status/1769386591137448243",
        "https://notx.com/a/status/1769386591137448243",
        "https://x.com/a/status/20",  # of before ids held a time
        "https://x.com/a/status/29700859000",
        "https://x.com/a/status/99999999999999999999",  # beyond all years
        "https://example.org/?u=https://x.com/a/status/1769386591137448243",
        "https://pbs.twimg.com/profile_images/1769386591137448243/x.jpg",  # of the account
        "https://pbs.twimg.com/media/short",
        "https://www.instagram.com/someone/",
        "https://cdn.discordapp.com/avatars/175928847299117063/1306566464999999999.png",
        "https://mastodon.social/@a@other.example/109374284543500000",
        "ftp://x.com/a/status/1769386591137448243",
        "https://[x.com/a/status/1769386591137448243",
        "https://x.com/a/status/١٧٦٩٣٨٦٥٩١١٣٧٤٤٨٢٤٣",
    ],
)
def test_an_address_without_such_an_id_gives_nothing(url: str) -> None:
    assert times_in_url(url) == ()


@given(st.integers(1, 28 * 365 * 86_400_000), st.integers(0, (1 << 22) - 1))
def test_a_snowflake_is_read_back_whatever_its_low_bits_are(ms: int, low: int) -> None:
    snowflake = ((ms + 86_400_000) << 22) | low
    later = timedelta(milliseconds=ms + 86_400_000)
    assert x_time(snowflake) == datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC) + later
    if ms < 24 * 365 * 86_400_000:
        assert discord_time(snowflake) == datetime(2015, 1, 1, tzinfo=UTC) + later


@given(st.integers(64**10 // 2, 64**11 // 64 - 1))
def test_a_shortcode_is_its_number_in_base_64(number: int) -> None:
    code, rest = "", number
    while rest:
        code, rest = ALPHABET[rest % 64] + code, rest // 64
    assert instagram_media_id(code) == number


@given(st.one_of(st.text(max_size=80), st.from_regex(r"https://(x|instagram|tiktok)\.com/[\w@/-]{0,60}")))
def test_any_text_gives_times_or_nothing(text: str) -> None:
    assert all(found.moment.tzinfo is UTC and 2010 <= found.moment.year <= 2040 for found in times_in_url(text))


@given(st.text(max_size=20))
def test_any_name_is_a_medium_or_a_value_error(name: str) -> None:
    with suppress(ValueError):
        assert x_media_time(name).year <= 2040
