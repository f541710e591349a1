"""Records what Pillow and transformers make of small pictures, for the tests of ImageInput.

Versions: pillow 13.0.0, numpy 2.4.6, transformers 5.23.0 (any Python 3.11 or later).
Run:      python make_fixtures.py        (rewrites the folders beside it; the result never varies)

decoding/NAME.png|jpg   a picture in one variant of its format
decoding/NAME.ppm       its pixels as RGB: alpha over white, Exif orientation applied
resizing/*.ppm          sources and results of Image.resize, for measuring differences
resizing/checksums.txt  filter, fit, source and target extents, FNV-1a 64 of the result; the sources
                        are noise(width, height), which the tests make for themselves
normalising/*.txt       float32 bit patterns that the image processor gives for the samples 0...255

Two expectations are the PNG standard's instead of Pillow's: 16-bit grey is cut to its high byte, as
Pillow itself does for 16-bit RGB (it clips grey at 255), and a tRNS colour is compared with the samples
as stored (Pillow compares it with samples already cut or widened to 8 bits, so that it never matches
grey of 2 or 4 bits).
"""

import io
import pathlib
import shutil
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).resolve().parent
SIGNATURE = b"\x89PNG\r\n\x1a\n"
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PALETTE = [(40 * i % 256, 90 * i % 256, 255 - 15 * i) for i in range(16)]


def write_ppm(path, rgb):
    height, width, _ = rgb.shape
    path.write_bytes(b"P6\n%d %d\n255\n" % (width, height) + rgb.astype(np.uint8).tobytes())


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, step):
    """Filters packed rows, each with the next of the five filter types."""
    out, above = b"", bytes(len(rows[0]))
    for index, row in enumerate(rows):
        kind = index % 5
        line = bytearray([kind])
        for i, value in enumerate(row):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            guess = [0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner)][kind]
            line.append((value - guess) % 256)
        out, above = out + bytes(line), row
    return out


def packed(samples, depth):
    """Rows of samples [height, width * channels] as bytes, the first sample in the high bits."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    shifts = np.arange(depth - 1, -1, -1)
    return [np.packbits((row[:, None] >> shifts & 1).astype(np.uint8)).tobytes() for row in samples]


def png(samples, colour, depth, interlaced, extra=()):
    """Encodes samples [height, width, channels] as a PNG file."""
    height, width, channels = samples.shape
    step = max(1, channels * depth // 8)
    grids = [(0, 0, 1, 1)] if not interlaced else ADAM7
    data = b""
    for x, y, dx, dy in grids:
        part = samples[y::dy, x::dx]
        if part.shape[0] and part.shape[1]:
            data += filtered(packed(part.reshape(part.shape[0], -1), depth), step)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    body = b"".join(chunk(name, content) for name, content in extra)
    # Several IDAT chunks, the last ones tiny, as streaming encoders write them.
    deflated = zlib.compress(data, 9)
    pieces = [deflated[:-9], deflated[-9:-2], deflated[-2:]]
    body += b"".join(chunk(b"IDAT", piece) for piece in pieces)
    return SIGNATURE + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def to_rgb(image):
    """The reference's conversion: transparency over white, everything else by convert."""
    if "A" in image.getbands() or image.info.get("transparency") is not None:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return np.array(image.convert("RGB"))


def upright_rgb(encoded):
    return to_rgb(ImageOps.exif_transpose(Image.open(io.BytesIO(encoded))))


def make_pngs(folder):
    random = np.random.Generator(np.random.PCG64(1))
    for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for depth in depths:
            for interlaced in (False, True):
                for transparent in (False, True) if colour in (0, 2, 3) else (False,):
                    limit = min(1 << depth, len(PALETTE)) if colour == 3 else 1 << depth
                    samples = random.integers(0, limit, (9, 11, CHANNELS[colour]))
                    if depth == 16:
                        # Neighbours in the low byte of the transparent colour must stay opaque.
                        samples[0, 0] = samples[4, 5]
                        samples[0, 1] = samples[4, 5] ^ 1
                    if CHANNELS[colour] in (2, 4):
                        samples[2, :, -1] = 0
                        samples[3, :, -1] = limit - 1
                    extra = []
                    if colour == 3:
                        extra.append((b"PLTE", bytes(sum(PALETTE[:limit], ()))))
                    key = samples[4, 5]
                    if transparent and colour == 3:
                        # Shorter than the palette: the other entries are opaque.
                        extra.append((b"tRNS", bytes(range(0, 255, 100))[: limit - 1]))
                    elif transparent:
                        extra.append((b"tRNS", key.astype(">u2").tobytes()))
                    encoded = png(samples, colour, depth, interlaced, extra)
                    name = f"png-c{colour}-{depth:02}{'-interlaced' if interlaced else ''}{'-trns' if transparent else ''}"
                    if colour in (0, 2) and (depth == 16 or transparent):
                        eight = samples >> 8 if depth == 16 else samples * (255 // (limit - 1))
                        rgb = np.broadcast_to(eight, (9, 11, 3)).copy()
                        if transparent:
                            rgb[(samples == key).all(axis=2)] = 255
                        elif colour == 2:
                            assert (rgb == to_rgb(Image.open(io.BytesIO(encoded)))).all()
                    else:
                        rgb = to_rgb(Image.open(io.BytesIO(encoded)))
                    (folder / f"{name}.png").write_bytes(encoded)
                    write_ppm(folder / f"{name}.ppm", rgb)

    # Interlaced pictures in which some passes are empty.
    for width, height in ((1, 1), (3, 5), (5, 1), (1, 9)):
        samples = random.integers(0, 256, (height, width, 4))
        encoded = png(samples, 6, 8, True)
        (folder / f"png-interlaced-{width}x{height}.png").write_bytes(encoded)
        write_ppm(folder / f"png-interlaced-{width}x{height}.ppm", to_rgb(Image.open(io.BytesIO(encoded))))

    # Gamma, significant bits, background, text and a broken colour profile change nothing.
    samples = random.integers(0, 256, (7, 6, 3))
    extra = [
        (b"gAMA", struct.pack(">I", 100000)),
        (b"sBIT", bytes([5, 6, 5])),
        (b"iCCP", b"profile\0\0" + zlib.compress(bytes(200))),
        (b"bKGD", bytes(6)),
        (b"tEXt", b"Comment\0none"),
    ]
    encoded = png(samples, 2, 8, False, extra)
    (folder / "png-metadata.png").write_bytes(encoded)
    write_ppm(folder / "png-metadata.ppm", to_rgb(Image.open(io.BytesIO(encoded))))

    # Orientation in an eXIf chunk.
    samples = random.integers(0, 256, (4, 6, 3))
    encoded = png(samples, 2, 8, False, [(b"eXIf", exif(6, "<"))])
    (folder / "png-exif-6.png").write_bytes(encoded)
    write_ppm(folder / "png-exif-6.ppm", upright_rgb(encoded))

    # Every grey with every alpha; the tests know the formula.
    grey, alpha = np.meshgrid(np.arange(256), np.arange(256))
    encoded = png(np.stack([grey, alpha], axis=-1), 4, 8, False)
    found = to_rgb(Image.open(io.BytesIO(encoded)))[..., 0]
    assert (found == (2 * (grey * alpha + 255 * (255 - alpha)) + 255) // 510).all()
    (folder / "png-every-alpha.png").write_bytes(encoded)


def exif(orientation, order):
    """A TIFF structure with a width tag before the orientation."""
    mark = b"II" if order == "<" else b"MM"
    entries = struct.pack(order + "HHIHH", 0x0100, 3, 1, 37, 0)
    entries += struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "HIH", 42, 8, 2) + entries + struct.pack(order + "I", 0)


def scene(width, height, channels):
    """Smooth colours with a few hard edges, which JPEG keeps recognisable."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        127 + 120 * np.sin((x * (c + 1) + y * 2) / 9 + c) for c in range(channels)
    ]
    picture = np.stack(planes, axis=-1)
    picture[height // 3 : height // 3 + 2] = 10
    picture[:, width // 2] = 245
    return picture.clip(0, 255).astype(np.uint8)


def make_jpegs(folder):
    def save(name, image, **options):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", **options)
        keep(name, buffer.getvalue())

    def keep(name, encoded):
        (folder / f"{name}.jpg").write_bytes(encoded)
        write_ppm(folder / f"{name}.ppm", upright_rgb(encoded))

    colour = Image.fromarray(scene(37, 23, 3))
    for index, sampling in enumerate(("4-4-4", "4-2-2", "4-2-0")):
        for progressive in (False, True):
            save(f"jpg-{sampling}{'-progressive' if progressive else ''}", colour,
                 quality=80, subsampling=index, progressive=progressive)
    save("jpg-restart", colour, quality=60, restart_marker_blocks=2)
    save("jpg-rgb", colour, quality=85, keep_rgb=True)
    save("jpg-grey", Image.fromarray(scene(37, 23, 1)[..., 0]), quality=80)
    save("jpg-1x1", colour.crop((0, 0, 1, 1)), quality=80)
    save("jpg-cmyk", Image.fromarray(scene(37, 23, 4), "CMYK"), quality=90)
    # The same bytes declared as YCCK: only the transform of the Adobe segment differs.
    buffer = io.BytesIO()
    Image.fromarray(scene(37, 23, 4), "CMYK").save(buffer, "JPEG", quality=90)
    encoded = bytearray(buffer.getvalue())
    transform = encoded.index(b"Adobe") + 11
    assert encoded[transform] == 0
    encoded[transform] = 2
    keep("jpg-ycck", bytes(encoded))
    for orientation in range(1, 9):
        order = "<>"[orientation % 2]
        save(f"jpg-exif-{orientation}", colour.crop((0, 0, 21, 13)), quality=80,
             exif=b"Exif\0\0" + exif(orientation, order))


def noise(width, height):
    """The pictures that checksums.txt is about; every other one black and white only."""
    state = np.uint32((width * 65537 + height) % 2**32)
    values = np.empty(width * height * 3, dtype=np.uint8)
    value = int(state)
    for index in range(values.size):
        value = (value * 1664525 + 1013904223) % 2**32
        values[index] = value >> 24
    if (width + height) % 2:
        values = np.where(values >= 128, 255, 0).astype(np.uint8)
    return values.reshape(height, width, 3)


def fnv(content):
    value = 0xCBF29CE484222325
    for byte in content:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def padded(image):
    side = max(image.size)
    square = Image.new("RGB", (side, side), (255, 255, 255))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


def make_resizes(folder):
    source = Image.fromarray(scene(61, 47, 3))
    write_ppm(folder / "source.ppm", np.array(source))
    for name, resampling in FILTERS.items():
        for width, height in ((1, 1), (7, 5), (29, 60), (61, 20), (80, 47), (97, 101)):
            result = source.resize((width, height), resampling)
            write_ppm(folder / f"{name}-{width}x{height}.ppm", np.array(result))

    lines = []
    sources = [(1, 1), (1, 7), (6, 1), (2, 3), (5, 5), (13, 8), (17, 40), (37, 23), (29, 90), (96, 1), (1, 101), (130, 71)]
    targets = [(1, 1), (1, 9), (8, 1), (2, 2), (3, 7), (13, 8), (16, 16), (37, 29), (53, 5)]
    jobs = [(s, t, "stretch") for s in sources for t in targets]
    jobs += [(s, (t, t), "pad") for s in sources for t in (1, 2, 7, 16, 29)]
    jobs += [((641, 479), (224, 224), "stretch"), ((479, 641), (224, 224), "pad"), ((97, 75), (448, 448), "pad")]
    for (width, height), target, fit in jobs:
        image = Image.fromarray(noise(width, height))
        image = padded(image) if fit == "pad" else image
        for name, resampling in FILTERS.items():
            checksum = fnv(image.resize(target, resampling).tobytes())
            lines.append(f"{name} {fit} {width} {height} {target[0]} {target[1]} {checksum:016x}")
    (folder / "checksums.txt").write_text("\n".join(lines) + "\n")


def make_normalisations(folder):
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    samples = np.arange(256, dtype=np.uint8).reshape(16, 16)
    image = Image.fromarray(np.stack([samples] * 3, axis=-1))
    settings = {
        "siglip": dict(image_mean=[0.5] * 3, image_std=[0.5] * 3),
        "imagenet": dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]),
    }
    for name, setting in settings.items():
        processor = SiglipImageProcessorPil(size={"height": 16, "width": 16}, rescale_factor=1 / 255, **setting)
        values = processor(image, return_tensors="np")["pixel_values"][0]
        assert values.dtype == np.float32 and values.shape == (3, 16, 16)
        patterns = values.view(np.uint32).reshape(3, 256)
        (folder / f"{name}.txt").write_text(
            "\n".join(" ".join(f"{p:08x}" for p in row) for row in patterns) + "\n")

    # The whole way: a picture with transparency, resized by the processor's own setting.
    image = Image.open(HERE / "decoding" / "png-c6-08.png")
    processor = SiglipImageProcessorPil(
        size={"height": 14, "width": 14}, resample=3, rescale_factor=1 / 255, **settings["siglip"])
    values = processor(image, return_tensors="np")["pixel_values"][0]
    (folder / "png-c6-08-14x14.txt").write_text(
        "\n".join(" ".join(f"{p:08x}" for p in row) for row in values.view(np.uint32).reshape(3, -1)) + "\n")


def main():
    assert PIL.__version__ == "13.0.0", f"pillow 13.0.0 expected, {PIL.__version__} found"
    for name, make in (("decoding", (make_pngs, make_jpegs)), ("resizing", (make_resizes,)),
                       ("normalising", (make_normalisations,))):
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for function in make:
            function(folder)


if __name__ == "__main__":
    sys.exit(main())
