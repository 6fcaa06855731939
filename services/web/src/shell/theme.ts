import { useState, useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "craic.theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/**
 * The theme in use and a switch to the other. A choice is remembered only while it differs from
 * the system's, so that switching back means following the system again. public/theme.js applies
 * it before the first paint.
 */
export function useTheme(): [Theme, () => void] {
  const system: Theme = useSyncExternalStore(subscribe, () => systemIsDark.matches) ? "dark" : "light";
  const [chosen, setChosen] = useState(document.documentElement.dataset.theme as Theme | undefined);
  const theme = chosen ?? system;
  function toggle() {
    const next: Theme = theme === "dark" ? "light" : "dark";
    if (next === system) {
      localStorage.removeItem(KEY);
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem(KEY, next);
      document.documentElement.dataset.theme = next;
    }
    setChosen(next === system ? undefined : next);
  }
  return [theme, toggle];
}

function subscribe(listener: () => void): () => void {
  systemIsDark.addEventListener("change", listener);
  return () => systemIsDark.removeEventListener("change", listener);
}
