import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { CloseIcon } from "../design/icons.js";
import "./toasts.css";

/** A sentence about what was just done, and the way back. */
export interface Toast {
  readonly text: string;
  readonly undo?: () => void;
}

type Shown = Toast & { readonly key: number };

const ToastContext = createContext<(toast: Toast) => void>(() => {});
const SHOWN_MS = 10_000;
/** On a phone only the newest of them has room; the one before comes back when it is closed. */
const MOST_SHOWN = 2;

export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const nextKey = useRef(0);
  const show = useCallback((toast: Toast) => {
    const key = nextKey.current++;
    setToasts((shown) => [...shown, { ...toast, key }].slice(-MOST_SHOWN));
  }, []);
  const close = useCallback(
    (key: number) => setToasts((shown) => shown.filter((toast) => toast.key !== key)),
    [],
  );
  const latest = toasts.findLast(({ undo }) => undo !== undefined);
  useUndoKey(
    latest &&
      (() => {
        latest.undo?.();
        close(latest.key);
      }),
  );
  return (
    <ToastContext value={show}>
      {children}
      <section className="toasts" aria-label="Messages" aria-live="polite">
        {toasts.map((toast) => (
          <ToastCard key={toast.key} toast={toast} onClose={() => close(toast.key)} />
        ))}
      </section>
    </ToastContext>
  );
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const [held, setHeld] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => close.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held]);
  const holds = useMemo(() => ({ hold: () => setHeld(true), release: () => setHeld(false) }), []);
  return (
    // Stays for as long as somebody points at it or has tabbed into it.
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing can be done here but wait
    <div
      className="toast"
      onPointerEnter={holds.hold}
      onPointerLeave={holds.release}
      onFocus={holds.hold}
      onBlur={holds.release}
    >
      <p>{toast.text}</p>
      {toast.undo && (
        <button
          type="button"
          className="button button-quiet"
          aria-keyshortcuts="Control+Z Meta+Z"
          onClick={() => {
            toast.undo?.();
            onClose();
          }}
        >
          Undo
        </button>
      )}
      <button type="button" className="icon-button" aria-label="Close message" onClick={onClose}>
        <CloseIcon />
      </button>
    </div>
  );
}

/** Control or Command and Z, unless somebody is typing. */
function useUndoKey(undo: (() => void) | undefined): void {
  const latest = useRef(undo);
  latest.current = undo;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      if ((event.target as Element).closest("input, textarea, select") || latest.current === undefined)
        return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
