"""What a file is by its bytes, whatever it is called; and what it may be called when it goes out again."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import Path

OCTETS = "application/octet-stream"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"), (b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"), (b"PAR1", "application/vnd.apache.parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"), (b"\x1f\x8b", "application/gzip"),
)
_OFFICE = (
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
PROGRAM = "application/x-executable"
KIND_LABELS = {
    "application/pdf": "PDF", "image/png": "PNG 图片", "image/jpeg": "JPEG 图片", "image/gif": "GIF 图片",
    "image/tiff": "TIFF 图片", "image/webp": "WebP 图片", "image/bmp": "BMP 图片", _OFFICE[0][1]: "Excel 工作簿",
    _OFFICE[1][1]: "Word 文档", _OFFICE[2][1]: "PowerPoint 演示文稿", "application/zip": "ZIP 压缩包",
    "application/x-ole-storage": "旧版 Office 文件", "text/plain": "文本", "application/vnd.apache.parquet": "Parquet",
    "message/rfc822": "邮件", OCTETS: "其他文件",
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def sniff(path: Path, head: bytes) -> str:
    """The content type by the first bytes and, of a zip, by what is in it.

    Markup that a browser would run (HTML, SVG) is plain text here.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(_PROGRAMS):
        return PROGRAM
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _zip(path)
    return "text/plain" if _is_text(head) else OCTETS


def _zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return OCTETS
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE:
            if any(name.startswith(folder) for name in names):
                return kind
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        # the last character may be cut in two
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def safe_name(name: str) -> str:
    """A file's name without folders and without anything that a system or a reader could stumble over.

    >>> safe_name("..\\\\..\\\\etc/passwd"), safe_name("电费\\u202egpj.exe"), safe_name("CON.txt"), safe_name("  ..")
    ('passwd', '电费_gpj.exe', '_CON.txt', 'file')
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", name).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 12:
        while len(f"{stem}.{suffix}".encode()) > 200:
            stem = stem[:-1]
        name = f"{stem}.{suffix}"
    else:
        while len(name.encode()) > 200:
            name = name[:-1]
    return name or "file"
