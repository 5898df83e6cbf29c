// The buttons that print the password notice; without scripts the page says which keys do it.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());

// The PDF came with the page and lives in this window's memory: no address leads to it once the window is closed.
const kept = document.getElementById("notice-pdf");
if (kept) {
  const bytes = Uint8Array.from(atob(kept.content.textContent.trim()), (one) => one.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  kept.remove();
  const open = document.getElementById("open-pdf");
  open.hidden = false;
  open.addEventListener("click", () => window.open(address));
  window.addEventListener("pagehide", () => URL.revokeObjectURL(address));
}
