"""What image generators write about how they made a picture: recognised by its form, and said in short.

Forms as their programs write them: AUTOMATIC1111/stable-diffusion-webui and lllyasviel/Fooocus (`parameters`),
ComfyUI (`prompt`, `workflow`), InvokeAI (`Dream`, `sd-metadata`, `invokeai_metadata`), NovelAI (`Comment`).
Checked on files of d3x-at/sd-parsers and ComfyUI_examples.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from provenance.examine.traces.words import quoted

MAX_CHARACTERS = 1024 * 1024  # of one text; a ComfyUI workflow takes up to some 100,000
_MAX_NODES = 2000

_STEPS = "Steps: "
_INFOTEXT = re.compile(r"Steps: \d{1,6}, [^\n]{0,400}?\b(?:Sampler|Size|Seed|CFG scale): ")
_SETTING = re.compile(r"\b(Steps|Sampler|CFG scale|Seed|Size|Model|Version): ([^,\n]{1,60})")
_JOB = re.compile(r"\bJob ID: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_OPTIONS = re.compile(r"""["'] -s ?\d+ -S ?\d+ """)  # steps and seed, behind the quoted prompt
_DREAM_CHARACTERS = 400
_MODELS = ("ckpt_name", "unet_name", "model_name", "base_model", "model")
_NUMBERS = ("seed", "noise_seed", "steps")


class Recognised(NamedTuple):
    """A text in the form of a generator: who writes so, and the settings it states, else the fields it has."""

    generator: str
    settings: str
    fields: str = ""


def recognise(keyword: str, text: str) -> Recognised | None:
    """The generator in whose form the text is, for the keyword it stands under ("" where it has none); else None."""
    text = text[:MAX_CHARACTERS]
    name = keyword.strip().lower()
    if name == "dream" and _OPTIONS.search(text[-_DREAM_CHARACTERS:]):
        return Recognised("InvokeAI", quoted(text))
    settings_at = max(0, text.rfind(_STEPS))  # behind the prompt, which is free text
    if _INFOTEXT.match(text, settings_at):
        found = _SETTING.findall(text[settings_at : settings_at + 2000])
        settings = ", ".join(f"{key} {value.strip()}" for key, value in found[:8])
        return Recognised("Stable Diffusion web UI (AUTOMATIC1111) and its kin", quoted(settings))
    if job := _JOB.search(text):
        return Recognised("Midjourney", job[0])
    return _structured(name, text)


def _structured(name: str, text: str) -> Recognised | None:
    content = _object(text)
    if not content:
        return None
    generator = _writer(name, content)
    fields = f"fields {quoted(', '.join(list(content)[:12]), 120)}"
    return Recognised(generator, _summary(content), fields) if generator else None


def _writer(name: str, content: Mapping[str, Any]) -> str:
    keys = content.keys()
    if "sui_image_params" in keys:
        return "SwarmUI"
    if {"base_model", "prompt", "seed"} <= keys and {"performance", "styles", "metadata_scheme"} & keys:
        return "Fooocus"
    if name in ("invokeai_metadata", "invokeai_graph", "invokeai_workflow"):
        return "InvokeAI"
    if name == "sd-metadata" and keys & {"image", "app_id", "model_weights"}:
        return "InvokeAI"
    if any(isinstance(node, dict) and "class_type" in node for node in _some(content)) or (
        "nodes" in keys and "links" in keys
    ):
        return "ComfyUI"
    if {"prompt", "sampler", "seed"} <= keys and {"uc", "signed_hash", "request_type"} & keys:
        return "NovelAI"
    if {"sampler", "seed", "steps", "scale"} <= keys and {"strength", "uc", "noise"} & keys:
        return "NovelAI"
    return ""


def _object(text: str) -> dict[str, Any]:
    if text.lstrip()[:1] != "{":
        return {}
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _some(content: Mapping[str, Any]) -> list[Any]:
    return list(content.values())[:_MAX_NODES]


def _summary(content: Mapping[str, Any]) -> str:
    """Models, seeds and steps, wherever in the nodes they stand."""
    found: dict[str, str] = {}
    for key, value in _settings(content):
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found.setdefault(key, quoted(str(value), 60))
    return ", ".join(f"{key} {value}" for key, value in list(found.items())[:6])


def _settings(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    holders = [content, *_some(content)]
    holders += [node["inputs"] for node in _some(content) if isinstance(node, dict) and "inputs" in node]
    for holder in holders:
        if isinstance(holder, dict):
            yield from ((key, holder[key]) for key in (*_MODELS, *_NUMBERS) if key in holder)
