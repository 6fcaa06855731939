import { ErrorNote } from "../shell/notices.js";
import { explainToStaff } from "./failure-words.js";

/** Something is on its way. */
export function WaitingNote({
  label,
  within = false,
}: {
  label: string /** A panel already. */;
  within?: boolean;
}) {
  return (
    <div role="status" className={within ? undefined : "panel"}>
      <span className="visually-hidden">{label}</span>
      <span className="bone bone-title" />
      <span className="bone" />
      <span className="bone bone-short" />
    </div>
  );
}

/** Something could not be had: why, and what to do. */
export function FailureNote(failed: { what: string; error: unknown; onRetry: () => void }) {
  return <ErrorNote {...failed} words={explainToStaff} />;
}
