import { type InputHTMLAttributes, useId } from "react";

/** A labelled input with what to know about it and what is wrong with it. */
export function Field({
  label,
  hint,
  problem,
  ...input
}: {
  label: string;
  hint?: string;
  /** Undefined when nothing is wrong. */
  problem?: string;
} & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, problem !== undefined && `${id}-problem`].filter(
    Boolean,
  );
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={problem !== undefined}
        aria-describedby={described.length > 0 ? described.join(" ") : undefined}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} className="field-hint">
          {hint}
        </span>
      )}
      {problem !== undefined && (
        <span id={`${id}-problem`} className="field-problem">
          {problem}
        </span>
      )}
    </div>
  );
}
