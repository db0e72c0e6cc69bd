"""Files and tables on their way in and out: storage, uploads, CSV, XLSX, PDF."""
