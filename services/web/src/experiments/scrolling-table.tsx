import type { ReactNode } from "react";

/** A table that may be wider than the screen, and is then scrolled by itself, with the keyboard too. */
export function ScrollingTable({ title, children }: { title: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="scrolls" aria-label={title} tabIndex={0}>
      <table className="figures">{children}</table>
    </section>
  );
}
