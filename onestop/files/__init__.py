"""Files and tables: storage, uploads, CSV, XLSX, PDF."""
