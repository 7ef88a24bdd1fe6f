"""Files of many rows, written row by row: lists as CSV and XLSX, and everything as one zip."""
