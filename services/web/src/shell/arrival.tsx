import { useLayoutEffect, useRef } from "react";

/** How a page that somebody left by a link looked, so that Back finds it again. */
interface Left {
  readonly scrollY: number;
  readonly focusId: string;
}

const left = new Map<string, Left>();
let url = location.href;
let arrivedBy: "load" | "link" | "back" = "load";

function leave(by: "link" | "back"): void {
  left.set(url, { scrollY, focusId: document.activeElement?.id ?? "" });
  url = location.href;
  arrivedBy = by;
}

history.scrollRestoration = "manual";
addEventListener("popstate", () => leave("back"));
// Dispatched by the router.
addEventListener("pushState", () => leave("link"));
addEventListener("replaceState", () => {
  url = location.href;
});

/**
 * The page's heading. When it appears the page has been arrived at: the window's title changes, and
 * scroll and focus go to the top, or on Back to where they were.
 */
export function PageTitle({
  title,
  className,
  arrives = false,
}: {
  title: string;
  className?: string;
  /** The page has changed without a link, like a step of a form. */
  arrives?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (arrives) arrivedBy = "link";
    const before = arrivedBy === "back" ? left.get(location.href) : undefined;
    if (arrivedBy === "load") return;
    scrollTo(0, before?.scrollY ?? 0);
    const focused = before && before.focusId !== "" ? document.getElementById(before.focusId) : null;
    (focused ?? heading.current)?.focus({ preventScroll: true });
  }, [arrives]);
  return (
    <>
      <title>{`${title} · Craic`}</title>
      <h1 ref={heading} tabIndex={-1} className={className}>
        {title}
      </h1>
    </>
  );
}
