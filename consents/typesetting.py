"""From what stands on many forms, as JSON on stdin, to one PDF on stdout; a program of its own.

    python -I typesetting.py FOLDER MOMENT < sheets.json > forms.pdf

FOLDER holds consent.typ and its fonts, MOMENT is in seconds since 1970. The typesetter keeps 2 to 3 MB
for each form until its process ends, so many forms are set in one that ends. It knows nothing of Django.
Exit status 2: a letter without a glyph; nothing is said about which, for stderr may be logged.
"""

import sys
from pathlib import Path

import typst

CANNOT = 2


def main() -> int:
    folder, moment = Path(sys.argv[1]), int(sys.argv[2])
    try:
        pdf = typst.compile(
            str(folder / "consent.typ"),
            root=str(folder),
            font_paths=[str(folder / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"data": sys.stdin.buffer.read().decode()},
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=moment,
        )
    except typst.TypstError:
        return CANNOT
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
