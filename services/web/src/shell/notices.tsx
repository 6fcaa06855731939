import { type ReactNode, useSyncExternalStore } from "react";
import { explain } from "../failure.js";
import "./notices.css";

/** Something could not be had. Says so and why, in `words` for whoever it is, and offers to try again. */
export function ErrorNote({
  error,
  onRetry,
  what,
  words = explain,
}: {
  error: unknown;
  onRetry: () => void;
  what: string;
  words?: (error: unknown) => string;
}) {
  return (
    <div className="note note-error" role="alert">
      <h2>{what}</h2>
      <p>{words(error)}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** There is nothing to show, and this is what can be done about it. */
export function EmptyNote({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="note">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

const ABSENCES: ReadonlyMap<string, string> = new Map([
  ["events", "We cannot look for news just now: some events may be missing or have changed."],
  ["recommender", "We cannot rank for you just now: these are simply the soonest, without reasons."],
  ["venues", "Some venues are missing just now."],
  ["djs", "Some artists are missing just now."],
]);

/** Says which part of an answer is missing because a service could not be reached. */
export function DegradedNote({ degraded }: { degraded: readonly string[] }) {
  if (degraded.length === 0) return null;
  const sentences = degraded.map((service) => ABSENCES.get(service) ?? "Some details are missing just now.");
  return (
    <p className="note note-thin" role="status">
      {[...new Set(sentences)].join(" ")}
    </p>
  );
}

export function OfflineNote() {
  const online = useOnline();
  return (
    <div role="status" className="offline-slot">
      {!online && (
        <p className="offline">You are offline. What you save or hide is kept and sent once you are back.</p>
      )}
    </div>
  );
}

export function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      addEventListener("online", listener);
      addEventListener("offline", listener);
      return () => {
        removeEventListener("online", listener);
        removeEventListener("offline", listener);
      };
    },
    () => navigator.onLine,
  );
}
