// The button that prints the password notice; without scripts the page says which keys do it.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
