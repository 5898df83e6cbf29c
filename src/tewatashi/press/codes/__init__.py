"""The codes that machines read: Japan Post's customer barcode, GS1-128 of payment slips, the DataMatrix of the sheet."""
