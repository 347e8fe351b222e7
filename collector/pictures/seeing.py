"""Opens a picture of a few formats within bounds, for its sign and for the words in it."""

from io import BytesIO

from PIL import Image, ImageOps

from ..errors import Unreadable
from .likeness import SIDE

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What papers and platforms show; Pillow knows many more that nobody needs here."""
MAX_PIXELS = 12_000_000
"""Of a picture, told by its head before anything is unpacked: more than any platform shows."""
MIN_SHOWN = 64
"""Pixels of a side; what is smaller is an icon or a tracker."""


def opened(body: bytes) -> Image.Image:
    """A picture (the first of a moving one) in grey, turned as its camera was held. Raises Unreadable where it is none, or too large or small."""
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Unreadable(f"a picture of {width} times {height} pixels: more than {MAX_PIXELS} are not read")
            if min(width, height) < MIN_SHOWN:
                raise Unreadable(f"a picture of {width} times {height} pixels: too small to tell anything")
            return _grey(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(f"no picture that can be read: {' '.join(str(error).split())[:100]}") from None


def _grey(picture: Image.Image) -> Image.Image:
    """A picture in grey; what shines through in it is white, as pages are."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    clear = picture.convert("RGBA")
    ground = Image.new("L", clear.size, 255)
    ground.paste(clear.convert("L"), mask=clear.getchannel("A"))
    return ground


def sign_of(picture: Image.Image) -> bytes:
    """A picture's sign, packed as ``likeness.Sign`` takes it."""
    most = max(picture.size)
    width, height = (max(1, round(size * SIDE / most)) for size in picture.size)
    small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
    return bytes((width, height)) + small.tobytes()
