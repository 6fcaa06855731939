import { type RefObject, useEffect, useRef } from "react";

/** Half of it, for a second, in a tab that is looked at: anything less was scrolled past. */
const SEEN_SHARE = 0.5;
const SEEN_MS = 1_000;

const callbacks = new WeakMap<Element, (visible: boolean) => void>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting);
  },
  { threshold: SEEN_SHARE },
);

/** Calls back when the element has really been seen; again each time it is seen anew. */
export function useSeen(element: RefObject<Element | null>, onSeen: (() => void) | undefined): void {
  const latest = useRef(onSeen);
  useEffect(() => {
    latest.current = onSeen;
  });
  const watches = onSeen !== undefined;
  useEffect(() => {
    const target = element.current;
    if (target === null || !watches) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    callbacks.set(target, (visible) => {
      clearTimeout(timer);
      if (!visible) return;
      timer = setTimeout(() => {
        if (document.visibilityState === "visible") latest.current?.();
      }, SEEN_MS);
    });
    observer.observe(target);
    return () => {
      clearTimeout(timer);
      observer.unobserve(target);
    };
  }, [element, watches]);
}
