import { useEffect, useRef } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { PendingAct } from "./pending-act.js";
import "../design/dialog.css";

/** Asks somebody without an account to make one, so that what they just did can be kept. */
export function SignInDialog({
  act,
  onClose,
  onRefuse,
}: {
  act: PendingAct;
  /** They went on to sign up or log in. */
  onClose: () => void;
  onRefuse: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [path] = useLocation();
  const search = useSearch();
  const next = `?next=${encodeURIComponent(search === "" ? path : `${path}?${search}`)}`;
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => (opener instanceof HTMLElement ? opener.focus() : undefined);
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="sign-in-title" onClose={onRefuse}>
      <h2 id="sign-in-title">{act.act === "save" ? "Keep this one?" : "Not for you?"}</h2>
      <p>
        {act.act === "save" ? "Saving" : "Hiding"} “{act.title}” needs an account, so that Craic remembers it
        and learns what you enjoy. We do the rest as soon as you are in.
      </p>
      <div className="dialog-acts">
        <Link href={`/signup${next}`} className="button button-primary" onClick={onClose}>
          Create an account
        </Link>
        <Link href={`/login${next}`} className="button" onClick={onClose}>
          Log in
        </Link>
        <button type="button" className="button button-quiet" onClick={onRefuse}>
          Not now
        </button>
      </div>
    </dialog>
  );
}
