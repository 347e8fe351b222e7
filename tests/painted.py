"""Pictures painted for tests: photographs, faces, charts and pages of text of strangers, and what people do to a picture."""

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

Picture = Image.Image
WORDS = [
    "harbour",
    "council",
    "bridge",
    "north",
    "river",
    "works",
    "engineer",
    "report",
    "cracks",
    "budget",
    "mayor",
    "minister",
    "closed",
    "ferry",
    "cable",
    "steel",
    "vote",
    "winter",
    "storm",
    "school",
    "train",
    "signal",
    "water",
    "island",
    "repair",
    "contract",
    "deny",
    "morning",
    "witness",
    "police",
    "village",
    "market",
    "hospital",
]
WIDE, HIGH = 360, 240
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
"""Which Debian's tesseract reads; Pillow's own does where it is not there."""


def letters(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(FONT, size) if FONT.exists() else ImageFont.load_default(size)


def photograph(seed: int) -> Picture:
    """A ground of many sizes of noise under a bright sky, with things on it."""
    chance, dice = np.random.default_rng(seed), random.Random(seed)
    dots = _ground(chance)
    horizon = int(HIGH * dice.uniform(0.3, 0.7))
    sky = np.linspace(230, 160, horizon)[:, None, None] * np.array([dice.uniform(0.7, 1), dice.uniform(0.8, 1), 1])
    dots[:horizon] = 0.35 * dots[:horizon] + 0.65 * sky
    picture = Image.fromarray(dots.clip(0, 255).astype("uint8"))
    draw = ImageDraw.Draw(picture)
    for _ in range(dice.randint(4, 10)):
        left, foot, wide, high = (
            dice.randint(0, WIDE),
            dice.randint(horizon, HIGH),
            dice.randint(20, 120),
            dice.randint(20, 130),
        )
        shape = draw.rectangle if dice.random() < 0.6 else draw.ellipse
        shape((left, foot - high, left + wide, foot), fill=_colour(dice))
    return picture


def face(seed: int) -> Picture:
    """A head and shoulders before a ground."""
    chance, dice = np.random.default_rng(seed), random.Random(seed)
    picture = Image.fromarray((0.4 * _ground(chance) + dice.randint(60, 120)).astype("uint8"))
    draw = ImageDraw.Draw(picture)
    across, down, wide = WIDE // 2 + dice.randint(-50, 50), HIGH // 2 + dice.randint(-20, 20), dice.randint(55, 80)
    high = wide * 1.3
    draw.rectangle((across - 1.6 * wide, down + 0.8 * high, across + 1.6 * wide, HIGH), fill=_colour(dice))
    draw.ellipse((across - wide, down - high, across + wide, down + high), fill=(dice.randint(140, 240), 150, 120))
    draw.pieslice(
        (across - wide, down - high, across + wide, down + 0.6 * high), 180, 360, fill=(dice.randint(20, 90),) * 3
    )
    for side in (-0.4, 0.4):
        draw.ellipse((across + side * wide - 8, down - 6, across + side * wide + 8, down + 6), fill=(30, 30, 40))
    return picture


def chart(seed: int) -> Picture:
    """Bars, or a line, between two axes."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((30, 8), " ".join(dice.sample(WORDS, 4)), fill="black", font=letters(16))
    draw.line((40, 40, 40, HIGH - 30, WIDE - 20, HIGH - 30), fill="black", width=2)
    if dice.random() < 0.5:
        step = (WIDE - 80) // dice.randint(5, 12)
        for left in range(50, WIDE - 30 - step, step):
            draw.rectangle((left, HIGH - 30 - dice.randint(10, 220), left + step - 6, HIGH - 32), fill=_colour(dice))
    else:
        heights = [dice.randint(60, HIGH - 50) for _ in range(20)]
        draw.line([(40 + 20 * place, height) for place, height in enumerate(heights)], fill=(200, 40, 40), width=3)
    return picture


def page(seed: int, picture: Picture | None = None, headline: str | None = None) -> Picture:
    """A screenshot of a page of the same paper: its name, a headline, perhaps a picture, lines of text."""
    dice = random.Random(seed)
    wide, high = 480, 656
    shown = Image.new("RGB", (wide, high), "white")
    draw = ImageDraw.Draw(shown)
    draw.rectangle((0, 0, wide, 50), fill=(20, 40, 90))
    draw.text((20, 10), "Daily Post", fill="white", font=letters(26))
    down = _written(draw, headline or " ".join(dice.sample(WORDS, 9)).capitalize(), 70, 30, wide) + 15
    if picture is not None:
        fitted = picture.resize((wide - 60, (wide - 60) * picture.height // picture.width))
        shown.paste(fitted, (30, down))
        down += fitted.height + 20
    while down < high - 30:
        down = _written(draw, " ".join(dice.choices(WORDS, k=40)), down, 17, wide)
    return shown


def strangers() -> list[Picture]:
    """190 pictures of other things."""
    return [
        *(photograph(100 + seed) for seed in range(60)),
        *(face(200 + seed) for seed in range(30)),
        *(chart(300 + seed) for seed in range(40)),
        *(page(400 + seed) for seed in range(30)),
        *(page(500 + seed, photograph(600 + seed)) for seed in range(30)),
    ]


def cropped(picture: Picture, left: float, top: float, right: float, bottom: float) -> Picture:
    wide, high = picture.size
    return picture.crop((int(wide * left), int(high * top), int(wide * right), int(high * bottom)))


def turned(picture: Picture, by: int) -> Picture:
    """A picture in other colours."""
    hue, *rest = picture.convert("HSV").split()
    return Image.merge("HSV", (hue.point(lambda value: (value + by) % 256), *rest)).convert("RGB")


def captioned(picture: Picture) -> Picture:
    """A picture with a bar of words over its foot."""
    copy = picture.copy()
    draw = ImageDraw.Draw(copy)
    draw.rectangle((0, HIGH - 45, WIDE, HIGH), fill="black")
    draw.text((15, HIGH - 38), "SHARE BEFORE IT IS GONE", fill="white", font=letters(22))
    return copy


DONE: dict[str, Callable[[Picture], Picture]] = {
    "compressed": lambda p: Image.open(BytesIO(as_jpeg(p, 25))),
    "a third of its size": lambda p: p.resize((p.width // 3, p.height // 3)),
    "cropped on all sides": lambda p: cropped(p, 0.1, 0.15, 0.95, 0.9),
    "one side cut off": lambda p: cropped(p, 0.3, 0, 1, 1),
    "grey, a part of it, smaller": lambda p: ImageOps.grayscale(cropped(p, 0.15, 0.05, 0.95, 0.85)).resize((300, 225)),
    "other colours, brighter": lambda p: ImageEnhance.Brightness(turned(p, 60)).enhance(1.3),
    "brown, hard": lambda p: ImageEnhance.Contrast(ImageOps.colorize(ImageOps.grayscale(p), "#201000", "#ffe0b0")).enhance(1.5),
    "framed": lambda p: ImageOps.expand(p, 50, "white"),
    "with a caption": captioned,
    "a screenshot of the page": lambda p: cropped(page(9, p), 0, 0.05, 1, 0.8),
}  # fmt: skip
"""What people do to a picture before they post it: ten things."""


def as_jpeg(picture: Picture, quality: int = 80) -> bytes:
    """A picture as a file."""
    file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def _ground(chance: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    dots, weight = np.zeros((HIGH, WIDE, 3)), 1.0
    for step in (4, 8, 16, 32, 64):
        rough = 255 * (0.7 * chance.random((step, step, 1)) + 0.3 * chance.random((step, step, 3)))
        smooth = Image.fromarray(rough.astype("uint8")).resize((WIDE, HIGH), Image.Resampling.BICUBIC)
        dots += weight * np.asarray(smooth)
        weight *= 0.6
    dots -= dots.min()
    return np.asarray(255 * dots / dots.max())


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randint(10, 240), dice.randint(10, 240), dice.randint(10, 240)


def _written(draw: ImageDraw.ImageDraw, words: str, down: int, size: int, wide: int) -> int:
    """Writes words between the margins of a page. Returns where the next line begins."""
    font, line = letters(size), ""
    for word in words.split():
        if draw.textlength(f"{line} {word}", font=font) > wide - 60:
            draw.text((30, down), line, fill="black", font=font)
            down, line = down + size * 3 // 2, ""
        line = f"{line} {word}".strip()
    draw.text((30, down), line, fill="black", font=font)
    return down + size * 3 // 2
