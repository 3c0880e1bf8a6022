"""What bounds from below when a picture was taken: hardly anything does, and this says why.

Whatever a file says of its past, it could have been given later: a capture time in it is a claim. A signature shows
that the content was there by then, which bounds from above only. The one exception rests on trust in the signer: a
device whose certificate is on the official trust list states that its camera made these pixels then, and the validated
time stamp of an authority shows that its clock was right when it signed.
"""

from collections.abc import Sequence
from datetime import timedelta

from provenance.investigate.not_after import instant, listed_time
from provenance.model.credentials import Action, Credentials
from provenance.model.dossier import Case, TimeEvidence
from provenance.model.times import StatedTime

# IPTC's words for pixels that came from a camera: one exposure, or several merged at once by the device.
_CAPTURED = ("digitalCapture", "computationalCapture")
# How far the camera's clock may be from the time stamp for both to speak of one moment, and how much earlier the
# capture may then have been. A judgement: signing and fetching a stamp take seconds, clocks err by minutes.
SLACK = timedelta(minutes=5)
_MINUTES = int(SLACK.total_seconds() // 60)


def bound_from_below(case: Case) -> tuple[StatedTime | None, tuple[TimeEvidence, ...]]:
    """The time before which it was not taken, if anything says so, and the sentence why or why not.

    No sentence where the file has no credentials that one could mistake for such a bound. Known copies are not asked:
    a copy may show more than the picture that was signed.
    """
    credentials = case.findings.credentials
    signed = listed_time(credentials) if credentials else None
    if credentials is None or signed is None:
        return None, ()
    origin = f"the credentials of {case.findings.image.id[:12]}"
    capture = _capture(credentials.actions)
    when = instant(capture.when) if capture else None
    lacking = _lacking(credentials, capture, when, signed)
    if lacking or capture is None or when is None:
        why = f"credentials show what was there when they were signed, not since when; {lacking}"
        return None, (TimeEvidence("no time is known before which it was not taken", why, origin),)
    moment = StatedTime.of(min(signed.earliest, when.earliest) - SLACK)
    because = (
        f"{credentials.signer or 'the signer'}, on the trust list, states that a camera captured it"
        f" ({capture.digital_source_type}) at {when.text}, and a validated time stamp of {signed.text} shows that its"
        f" clock was right to {_MINUTES} minutes, which are allowed for; it rests on the signer's word"
    )
    return moment, (TimeEvidence(f"taken not before {moment.text}", because, origin),)


def _lacking(it: Credentials, capture: Action | None, when: StatedTime | None, signed: StatedTime) -> str:
    """What is missing for a bound, in words; empty where nothing is."""
    if it.state != "trusted":
        return "the signer is not on the trust list" if it.state == "valid" else "they do not hold"
    if capture is None:
        return "their signer does not state that a camera captured it"
    if it.ingredients or any(each is not capture for each in it.actions):
        return "it was edited or made from others after a capture"
    if when is None:
        return "their signer states no time of capture with a zone"
    if abs(when.earliest - signed.earliest) > SLACK:
        return f"the capture ({when.text}) and the time stamp ({signed.text}) are more than {_MINUTES} minutes apart"
    return ""


def _capture(actions: Sequence[Action]) -> Action | None:
    return next((a for a in actions if a.action == "c2pa.created" and a.digital_source_type in _CAPTURED), None)
