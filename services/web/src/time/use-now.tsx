import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { ServerClock } from "./server-clock.js";

const NowContext = createContext(new Date(0));
const MINUTE_MS = 60_000;

/** The time, to the minute. */
export function useNow(): Date {
  return useContext(NowContext);
}

export function Now({ clock, children }: { clock: ServerClock; children: ReactNode }) {
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, [clock]);
  return <NowContext value={now}>{children}</NowContext>;
}
