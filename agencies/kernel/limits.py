"""Limits of input sizes, in one table with their units.

Each limit is checked where the input is read, and the answer names field and limit. The size of a request is limited in
settings (DATA_UPLOAD_MAX_MEMORY_SIZE, PAPER_MAX_BYTES), because Django checks it before reading.
"""

# JSON, one document of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes
JSON_DEPTH = 20  # levels of nested objects and lists
JSON_VALUES = 50_000  # values of all objects and lists together
JSON_NAMES = 1_000  # names in one object

# A report of a source system
REPORT_ROWS = 200  # parties, items and shipments, each
REPORT_IDENTIFIERS_OF_PARTY = 50
REPORT_IDENTIFIERS = 500  # of all parties of a report
REPORT_CODES = 50  # stops of a route; techniques
NARRATIVE = 20_000  # characters
BATCH_REPORTS = 500  # reports of one batch
PACKAGE_REPORTS, PACKAGE_ENTRIES = 20_000, 1_003  # of the package of a gateway
REPORT_FILES = 50  # files of one report
BATCH_BYTES = 8 * 1024 * 1024  # of a batch, also unpacked
SHOWN_ROWS = 50  # rows of each part on the page of a lead; a link shows all

# Tables (CSV and XLSX)
TABLE_BYTES = 1_000_000  # of the file, and of the text of a workbook
TABLE_CELL = 4_000  # characters of one cell
TABLE_COLUMNS = 200
TABLE_LINES = 20_000  # of the first sheet of a workbook; each import has a smaller limit of its own
WORKBOOK_BYTES = 20_000_000  # of all parts of a workbook unpacked
WORKBOOK_MEMORY = 64 * 1024 * 1024  # bytes of data of the process that reads a workbook
WORKBOOK_SECONDS = 2  # of processor time of that process

# Tables of an import, each of which may have several sheets
LARGE_TABLE_FILE = 20 * 1024 * 1024  # bytes of the file
LARGE_TABLE_BYTES = 40_000_000  # of the text of all sheets
LARGE_TABLE_CELL = 20_000  # characters of one cell, such as the narrative of a lead
LARGE_TABLE_HEADING = 200  # characters of one heading, which every field of the page of the columns offers
LARGE_TABLE_ROWS = 20_000  # of all sheets, without their headings
LARGE_TABLE_LINES = 40_000  # of one sheet, with those that are empty
LARGE_TABLE_SHEETS = 20
LARGE_WORKBOOK_BYTES = 300_000_000  # of all parts of a workbook unpacked
LARGE_WORKBOOK_MEMORY = 1024 * 1024 * 1024  # bytes of data of the process that reads it
LARGE_WORKBOOK_SECONDS = 15  # of processor time of that process

# Files
PICTURE_PIXELS = 100_000_000  # an A3 sheet at 600 dots an inch has 70 million
PDF_PAGES = 1_000
OFFICE_PARTS = 5_000  # files inside a Word or Excel document
OFFICE_DIRECTORY = 1024 * 1024  # bytes of the list of these files
OFFICE_RELATIONS = 1024 * 1024  # bytes of one list of relations unpacked
OFFICE_BYTES = 300 * 1024 * 1024  # of all of them unpacked
PREVIEW_TEXT = 20_000  # characters of a text file that its page shows
CODE_PAGES = 5  # pages of a PDF that are searched for a code
CODE_PIXELS = 10_000_000  # of one page rendered for the search: an A3 sheet at 216 dots an inch
CHILD_MEMORY = 1024 * 1024 * 1024  # bytes of address space of the process that opens an uploaded file
CHILD_SECONDS = 20  # of processor time of that process, and of the time its parent waits

# Background work
OPEN_RUNS = 5  # of one person at a time
