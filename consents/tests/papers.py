"""Papers for tests: a scanned sheet as a picture and as a PDF, honest and hostile ones."""

import io
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from icp.uploads import JPEG, Sheet

SHEET = Sheet(b"\xff\xd8\xff a signed form", JPEG)


def picture(name: str = "skan.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (120, 170), "white").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def pdf(*objects: bytes, pages: int = 1) -> bytes:
    """A PDF as simple scanners make it: bodies of further objects may be given."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 1 >>"]
    bodies += [page] * pages + list(objects)
    parts = [b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(bodies, 1)]
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def packed(inside: bytes, head: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    """An object stream with these objects in it."""
    body = zlib.compress(inside)
    return b"<< %s /N 1 /First 4 /Length %d >>\nstream\n%s\nendstream" % (head, len(body), body)


def pdf_file(raw: bytes | None = None, name: str = "skan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if raw is None else raw)
