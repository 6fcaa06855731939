// Runs before the first paint, so that a chosen theme does not flash up in the other one.
try {
  const theme = localStorage.getItem("craic.theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // No storage, no choice: the system's theme it is.
}
