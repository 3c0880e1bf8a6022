"""Times that platforms put into the ids they give: of posts, uploads and media, as they stand in addresses.

An id is made by the platform's own clock when a post or an upload begins, so what the post shows was there by then.
That a picture was seen at an address is what somebody recorded; the id only says when the address came to be.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR = 2040  # an id that decodes to later is another's; there is no clock here to hold it against
# Before these ids platforms counted from one; such a small number decodes to the first moments after the epoch.
_FIRST_MS = 86_400_000
_URL_CHARACTERS = 2048
_SNOWFLAKE_LOW_BITS = 22
_BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class IdTime:
    """A time that an id holds. `bounds`: whether what is seen there cannot have come there later than that."""

    moment: datetime  # aware, UTC, to the millisecond
    platform: str
    means: str  # what happened then
    source: str  # where the rule comes from, and how far it was checked
    bounds: bool = True


def x_time(snowflake: int) -> datetime:
    """When an id of X (a post or a medium) was made. Raises ValueError for one that cannot be X's."""
    return _since(1288834974657, snowflake >> _SNOWFLAKE_LOW_BITS, "X")


def x_media_time(name: str) -> datetime:
    """When the upload of the X medium began whose name (15 characters of base64url) this is. Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{15}", name, re.ASCII):
        raise ValueError(f"{name[:40]!r} is not 15 characters of base64url")
    return x_time(int.from_bytes(base64.urlsafe_b64decode(f"{name}=")[:8]))


def discord_time(snowflake: int) -> datetime:
    """When an id of Discord was made. Raises ValueError for one that cannot be Discord's."""
    return _since(1420070400000, snowflake >> _SNOWFLAKE_LOW_BITS, "Discord")


def instagram_time(media_id: int) -> datetime:
    """When an Instagram medium's id was made. Raises ValueError for one that cannot be Instagram's."""
    return _since(1314220021721, media_id >> 23, "Instagram")


def instagram_media_id(shortcode: str) -> int:
    """The number that an Instagram shortcode, the CODE of instagram.com/p/CODE, writes in base64url's digits.

    Codes of private posts are longer: the first eleven characters are the number's. Raises ValueError.
    """
    number = 0
    for character in shortcode[:11]:
        digit = _BASE64URL.find(character)
        if digit < 0:
            raise ValueError(f"{shortcode[:40]!r} is no shortcode")
        number = number * 64 + digit
    return number


def mastodon_time(status_id: int) -> datetime:
    """When a Mastodon status's id was made. Raises ValueError for one that cannot be Mastodon's."""
    moment = _since(0, status_id >> 16, "Mastodon")
    if moment.year < 2016:  # the software's first release
        raise ValueError(f"a Mastodon id of {moment.year}")
    return moment


def tiktok_time(post_id: int) -> datetime:
    """When a TikTok post's id was made, to the second. Raises ValueError for one that cannot be TikTok's."""
    moment = _since(0, (post_id >> 32) * 1000, "TikTok")
    if moment.year < 2014:  # Musical.ly, which it grew from
        raise ValueError(f"a TikTok id of {moment.year}")
    return moment


def linkedin_time(activity_id: int) -> datetime:
    """When a LinkedIn activity's id was made. Raises ValueError for one that cannot be LinkedIn's."""
    moment = _since(0, activity_id >> _SNOWFLAKE_LOW_BITS, "LinkedIn")
    if moment.year < 2010:
        raise ValueError(f"a LinkedIn id of {moment.year}")
    return moment


def _since(epoch_ms: int, ms: int, platform: str) -> datetime:
    if ms < _FIRST_MS:
        raise ValueError(f"an id that is older than {platform}'s ids with a time in them")
    try:
        moment = _EPOCH + timedelta(milliseconds=epoch_ms + ms)
    except OverflowError as beyond:
        raise ValueError(f"an id beyond the years of {platform}") from beyond
    if moment.year > _LAST_YEAR:
        raise ValueError(f"an id of {platform} of {moment.year}")
    return moment


@dataclass(frozen=True, slots=True)
class _Address:
    """Where an id stands in the addresses of one platform."""

    platform: str
    hosts: re.Pattern[str]
    path: re.Pattern[str]  # its group 1 is the id
    time: Callable[[str], datetime]
    means: str
    source: str
    bounds: bool = True


def _hosts(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[\w-]+\.)*(?:{pattern})", re.ASCII)


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _of_number(time: Callable[[int], datetime]) -> Callable[[str], datetime]:
    return lambda digits: time(int(digits))


_X = _hosts(r"x\.com|twitter\.com|fxtwitter\.com|vxtwitter\.com|fixupx\.com")
_X_SOURCE = "X API documentation, Snowflake ids (rule read)"
_X_MEDIA_SOURCE = "X media names are base64url of the media id (computed: equals the id the API returned, 1 of 1)"
_INSTAGRAM_SOURCE = "Instagram Engineering, Sharding & IDs at Instagram; epoch computed: equals the stated time, 2 of 2"
_DISCORD_SOURCE = "Discord API reference, Snowflakes (rule read)"

_ADDRESSES = (
    _Address(
        "X", _X, _path(r"/[\w.]+(?:/web)?/status(?:es)?/(\d{8,20})(?:/.*)?"), _of_number(x_time), "posted", _X_SOURCE
    ),
    _Address(
        "X",
        _hosts(r"pbs\.twimg\.com"),
        _path(r"/(?:media|tweet_video_thumb)/([\w-]{15})(?:[.:].*)?"),
        x_media_time,
        "the upload of this medium began",
        _X_MEDIA_SOURCE,
    ),
    _Address(
        "X",
        _hosts(r"pbs\.twimg\.com"),
        _path(r"/(?:ext_tw_video|amplify_video)_thumb/(\d{8,20})/.*"),
        _of_number(x_time),
        "the upload of this medium began",
        _X_SOURCE,
    ),
    _Address(
        "Instagram",
        _hosts(r"instagram\.com|instagr\.am"),
        _path(r"/(?:[\w.]+/)?(?:p|reel|reels|tv)/([\w-]{5,60})(?:/.*)?"),
        lambda code: instagram_time(instagram_media_id(code)),
        "the upload of this post began",
        _INSTAGRAM_SOURCE,
    ),
    _Address(
        "Threads",
        _hosts(r"threads\.(?:net|com)"),
        _path(r"/(?:@[\w.]+/post|t)/([\w-]{5,60})(?:/.*)?"),
        lambda code: instagram_time(instagram_media_id(code)),
        "the upload of this post began",
        "its codes are those of Instagram (not verified)",
        bounds=False,
    ),
    _Address(
        "Discord",
        _hosts(r"(?:cdn|media)\.discordapp\.(?:com|net)"),
        _path(r"/(?:ephemeral-)?attachments/\d{15,20}/(\d{15,20})(?:/.*)?"),
        _of_number(discord_time),
        "this file was attached",
        _DISCORD_SOURCE,
    ),
    _Address(
        "Discord",
        _hosts(r"discord(?:app)?\.com"),
        _path(r"/channels/(?:\d{15,20}|@me)/\d{15,20}/(\d{15,20})/?"),
        _of_number(discord_time),
        "this message was written (what is attached to it can be changed later)",
        _DISCORD_SOURCE,
        bounds=False,
    ),
    _Address(
        "TikTok",
        _hosts(r"tiktok\.com"),
        _path(r"/(?:@[\w.-]*/)?(?:video|photo|v)/(\d{17,20})(?:\.html)?(?:/.*)?"),
        _of_number(tiktok_time),
        "the upload of this post began",
        "obsidianforensics/unfurl, parse_tiktok.py; arXiv 2504.13279 (rule read)",
    ),
    _Address(
        "LinkedIn",
        _hosts(r"linkedin\.com"),
        _path(
            r"/(?:posts/.*[-_](?:activity|share|ugcPost)-|feed/update/urn:li:(?:activity|share|ugcPost):)(\d{18,20})\b.*"
        ),
        _of_number(linkedin_time),
        "posted",
        "obsidianforensics/unfurl, parse_linkedin.py: the upper bits are Unix milliseconds (rule read)",
    ),
    _Address(
        "Mastodon",
        # Its servers are anywhere; these are told by their names. An account of another server (@name@server) has
        # an id made from the time that server stated.
        _hosts(r"mastodon\.\w+|mstdn\.\w+|mas\.to|truthsocial\.com|mastodon\.[\w.-]+"),
        _path(r"/(?:@\w+|users/\w+/statuses|web/statuses|@\w+/posts)/(\d{17,19})(?:/.*)?"),
        _of_number(mastodon_time),
        "posted (a status can be edited later, its pictures too)",
        "mastodon/mastodon, lib/mastodon/snowflake.rb: milliseconds, then 16 bits (rule known, not verified)",
        bounds=False,
    ),
)


def times_in_url(url: str) -> tuple[IdTime, ...]:
    """The times in the ids of the publication that an address leads to; empty for an address that holds none.

    Ids of accounts, channels and servers in it are left aside: they say nothing of what was published.
    """
    return tuple(_times(url[:_URL_CHARACTERS]))


def _times(url: str) -> Iterator[IdTime]:
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return
    if parts.scheme not in ("http", "https", ""):
        return
    for address in _ADDRESSES:
        found = address.path.fullmatch(parts.path) if address.hosts.fullmatch(host) else None
        if found is None:
            continue
        try:
            moment = address.time(found[1])
        except (ValueError, binascii.Error):
            continue
        yield IdTime(moment, address.platform, address.means, address.source, address.bounds)
