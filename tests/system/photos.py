"""Photos as phones take them, made here byte by byte: what is in them, and where they say they were taken."""
import struct
import subprocess
import zlib

LATITUDE = ((39, 1), (54, 1), (2600, 100))      # 39°54'26" N, 116°23'29" E
LONGITUDE = ((116, 1), (23, 1), (2900, 100))
MAKER = b"Duban Test Phone"                     # stands in every EXIF made here


def exif():
    """A TIFF block: the maker, an orientation, and a GPS directory."""
    def entry(tag, kind, count, value):
        return struct.pack(">HHI4s", tag, kind, count, value)

    def rationals(values):
        return b"".join(struct.pack(">II", *value) for value in values)

    gps_at = 8 + 2 + 3 * 12 + 4
    data_at = gps_at + 2 + 4 * 12 + 4
    maker = MAKER + b"\0"
    places = [rationals(LATITUDE), rationals(LONGITUDE)]
    main = (struct.pack(">H", 3) + entry(0x010f, 2, len(maker), struct.pack(">I", data_at + 48))
            + entry(0x0112, 3, 1, struct.pack(">HH", 6, 0)) + entry(0x8825, 4, 1, struct.pack(">I", gps_at)) + bytes(4))
    gps = (struct.pack(">H", 4) + entry(1, 2, 2, b"N\0\0\0") + entry(2, 5, 3, struct.pack(">I", data_at))
           + entry(3, 2, 2, b"E\0\0\0") + entry(4, 5, 3, struct.pack(">I", data_at + 24)) + bytes(4))
    return b"MM\0*" + struct.pack(">I", 8) + main + gps + b"".join(places) + maker


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(of="", size=0, with_exif=True):
    """of: whatever tells it from another one. size: at least that many bytes, by its scan."""
    scan = (of.encode().hex().encode() + b"\x11" * size)[:max(size, 64)]
    return (b"\xff\xd8" + segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
            + (segment(0xe1, b"Exif\0\0" + exif()) + segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + MAKER)
               + segment(0xfe, MAKER) if with_exif else b"")
            + segment(0xdb, bytes(65)) + segment(0xda, b"\1\1\0\0\x3f\0") + scan + b"\xff\xd9")


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(of=""):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"eXIf", exif())
            + chunk(b"tEXt", b"Comment\0" + MAKER) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + MAKER)
            + chunk(b"IDAT", zlib.compress(b"\0" + of.encode()[:1].ljust(1))) + chunk(b"IEND", b""))


def webp(of=""):
    def part(kind, content):
        return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    body = (b"WEBP" + part(b"VP8X", bytes([0x08 | 0x04]) + bytes(9)) + part(b"VP8 ", (of.encode() + bytes(31))[:31])
            + part(b"EXIF", exif()) + part(b"XMP ", MAKER))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic(of=""):
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + (of.encode() + MAKER).ljust(64, b"\0")


def scanned(dark, folder):
    """What a phone reads of a QR code: rows of modules, true where they are dark, with the margin around it."""
    pixels = [[0 if cell else 255 for cell in row for _ in range(6)] for row in dark for _ in range(6)]
    picture = folder / "code.pgm"
    picture.write_text(f"P2\n{len(pixels[0])} {len(pixels)}\n255\n" + "\n".join(" ".join(map(str, row)) for row in pixels) + "\n")
    return subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=True).stdout.strip()
