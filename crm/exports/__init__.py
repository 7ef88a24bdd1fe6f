"""Lists as files: CSV and XLSX, written row by row, so that any number of rows fits."""
