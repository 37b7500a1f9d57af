"""From the heads that an import knows to a sheet that offices can fill in."""

import io

import openpyxl

HEAD = (
    "Imię", "Drugie imię", "Nazwisko", "PESEL", "Data urodzenia", "Płeć", "Ulica", "Nr domu",
    "Nr mieszkania", "Kod pocztowy", "Miejscowość", "Telefon", "E-mail", "Skrytka ePUAP",
)  # fmt: skip
LINE = (
    "Żaneta", "", "Gżegżółka", "", "03.05.1961", "K", "ul. Sportowa", "12A", "3", "00-001",
    "Zażółcin", "501 234 567", "zaneta@przyklad.example", "/zanetagzegzolka/SkrytkaESP",
)  # fmt: skip
WIDTH = 18  # of a column, in letters


def xlsx() -> bytes:
    """All columns are text, so that no PESEL loses its zeros."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Osoby"
    sheet.append(HEAD)
    sheet.append(LINE)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(sheet.iter_cols(min_row=1, max_row=1000, max_col=len(HEAD))):
        letter = column[0].column_letter
        sheet.column_dimensions[letter].width = max(WIDTH, len(HEAD[place]) + 2)
        for cell in column:
            cell.number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
