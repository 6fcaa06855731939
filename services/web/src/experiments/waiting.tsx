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
export function FailureNote({ what, error, onRetry }: { what: string; error: unknown; onRetry: () => void }) {
  return (
    <div className="note note-error" role="alert">
      <h2>{what}</h2>
      <p>{explainToStaff(error)}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
