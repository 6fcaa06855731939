import { type Reason, ReasonKind } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { useId, useState } from "react";
import { ChevronIcon } from "../design/icons.js";
import "./reasons.css";

/** Why an event is recommended: the weightiest reason in full, the others when asked for. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const [first, ...others] = reasons;
  if (first === undefined) return null;
  return (
    <div className={isTheirOwn(first.kind) ? "why why-own" : "why"}>
      <p className="why-first">
        <span className="why-label">Why: </span>
        {first.text}
      </p>
      {others.length > 0 && (
        <>
          <button
            type="button"
            className="why-more"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            {open ? "Less" : others.length === 1 ? "1 more reason" : `${others.length} more reasons`}
            <ChevronIcon />
          </button>
          <ul id={id} className="why-list" hidden={!open}>
            {reasons.map((reason) => (
              <li key={reason.text}>
                <span>{reason.text}</span>
                <Share of={reason.contribution} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** How much of the ranking a reason stands for. */
function Share({ of }: { of: number }) {
  const percent = Math.round(Math.min(Math.max(of, 0), 1) * 100);
  return (
    <span className="share">
      <svg className="share-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="share-all" width="100" height="6" />
        <rect className="share-part" width={percent} height="6" />
      </svg>
      <span>
        {percent}%<span className="visually-hidden"> of why it stands here</span>
      </span>
    </span>
  );
}

/** It speaks of the person's own taste rather than of other people or the calendar. */
function isTheirOwn(kind: ReasonKind): boolean {
  switch (kind) {
    case ReasonKind.GENRE:
    case ReasonKind.ARTIST:
    case ReasonKind.VENUE:
    case ReasonKind.ORGANISER:
    case ReasonKind.PREFERRED_GENRE:
    case ReasonKind.PREFERRED_ARTIST:
    case ReasonKind.NEAR:
      return true;
    case ReasonKind.UNSPECIFIED:
    case ReasonKind.POPULAR:
    case ReasonKind.SIMILAR_PEOPLE:
    case ReasonKind.SOON:
    case ReasonKind.RELATED_TASTE:
    case ReasonKind.NEW:
    case ReasonKind.TOGETHER:
      return false;
  }
}
