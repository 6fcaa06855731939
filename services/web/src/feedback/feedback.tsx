import type { Event } from "@craic/proto/craic/events/v1/event_pb.js";
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { type Api, after } from "../api.js";
import { dropPendingAct, keepPendingAct, type PendingAct, takePendingAct } from "../session/pending-act.js";
import { useSession } from "../session/session.js";
import { useToast } from "../shell/toasts.js";
import { createEventStates, type EventStates } from "./event-states.js";
import type { Deed } from "./feedback-entry.js";
import { newUuid } from "./new-uuid.js";
import { useBrowserOutbox } from "./use-browser-outbox.js";
import { useOutbox } from "./use-outbox.js";

/** How an event came before the person's eyes. */
export interface Showing {
  /** Empty when no recommendation did it. */
  readonly recommendationId: string;
  /** 1 for the top; 0 outside a recommendation. */
  readonly position: number;
  /** An experiment had it shown, which counts who sees and opens it, logged in or not. */
  readonly isExperiment?: boolean;
}

export const UNRANKED: Showing = { recommendationId: "", position: 0 };

type Named = Pick<Event, "eventId" | "title">;

/** What a person can do with an event. Each is shown at once and sent as soon as it can be. */
export interface FeedbackActs {
  setSaved(event: Named, showing: Showing, saved: boolean): void;
  setHidden(event: Named, showing: Showing, hidden: boolean): void;
  opened(event: Named, showing: Showing): void;
  seen(event: Named, showing: Showing): void;
  /** A recommendation made before the last save or hide does not know of it. */
  isOutdated(recommendationId: string): boolean;
}

interface FeedbackContextValue {
  readonly acts: FeedbackActs;
  readonly states: EventStates;
}

const SignInDialog = lazy(async () => ({
  default: (await import("../session/sign-in-dialog.js")).SignInDialog,
}));

const FeedbackContext = createContext<FeedbackContextValue | undefined>(undefined);

/** How long impressions may wait for company. */
const IMPRESSIONS_WAIT_MS = 4_000;

export function useFeedback(): FeedbackActs {
  return useFeedbackContext().acts;
}

/** Renders again whenever the person did something with any event. */
export function useEventStates(): EventStates {
  const { states } = useFeedbackContext();
  useSyncExternalStore(states.subscribe, states.version);
  return states;
}

export function Feedback({ api, children }: { api: Api; children: ReactNode }) {
  const { user, isPending } = useSession();
  const toast = useToast();
  const [states] = useState(createEventStates);
  const [asked, setAsked] = useState<PendingAct>();
  const userId = user?.userId;
  const own = useOutbox(userId, api, states, toast);
  const anonymous = useBrowserOutbox(userId === undefined && !isPending, api);
  const outbox = userId === undefined ? anonymous : own;

  const acts = useMemo<FeedbackActs>(() => {
    let told = 0;
    const knows = new Map<string, number>();
    const reported = new Set<string>();
    let waiting = () => {};

    function record(deed: Deed, { eventId }: Named, showing: Showing): void {
      if (userId === undefined && !showing.isExperiment) return;
      const { recommendationId, position } = showing;
      const occurMs = api.clock.now().getTime();
      outbox.current?.add({ feedbackId: newUuid(), deed, eventId, occurMs, recommendationId, position });
      if (deed === "impression") {
        waiting();
        waiting = after(IMPRESSIONS_WAIT_MS, () => void outbox.current?.flush());
      } else {
        void outbox.current?.flush();
      }
    }

    function mayAct(act: PendingAct["act"], { eventId, title }: Named, showing: Showing): boolean {
      if (userId !== undefined) return true;
      const pending = { act, eventId, title, ...showing };
      keepPendingAct(pending);
      setAsked(pending);
      return false;
    }

    function setSaved(event: Named, showing: Showing, saved: boolean, undoable = true): void {
      if (!mayAct("save", event, showing)) return;
      told++;
      states.change(event.eventId, { saved });
      record(saved ? "save" : "unsave", event, showing);
      if (!undoable) return;
      toast({
        text: saved ? `Saved “${event.title}”.` : `“${event.title}” is no longer saved.`,
        undo: () => setSaved(event, showing, !saved, false),
      });
    }

    function setHidden(event: Named, showing: Showing, hidden: boolean, undoable = true): void {
      if (!mayAct("hide", event, showing)) return;
      told++;
      states.change(event.eventId, { hidden });
      record(hidden ? "hide" : "unhide", event, showing);
      if (!undoable) return;
      toast({
        text: hidden ? `“${event.title}” is hidden.` : `“${event.title}” is back.`,
        undo: () => setHidden(event, showing, !hidden, false),
      });
    }

    return {
      setSaved,
      setHidden,
      opened: (event, showing) => record("click", event, showing),
      seen(event, showing) {
        const key = `${showing.recommendationId} ${event.eventId}`;
        if (outbox.current === undefined || reported.has(key)) return;
        reported.add(key);
        record("impression", event, showing);
      },
      isOutdated(recommendationId) {
        if (recommendationId === "") return false;
        if (!knows.has(recommendationId)) knows.set(recommendationId, told);
        return knows.get(recommendationId) !== told;
      },
    };
  }, [api, outbox, states, toast, userId]);

  useEffect(() => {
    if (userId === undefined) return;
    setAsked(undefined);
    const pending = takePendingAct();
    if (pending?.act === "save") acts.setSaved(pending, showingOf(pending), true);
    if (pending?.act === "hide") acts.setHidden(pending, showingOf(pending), true);
  }, [userId, acts]);

  const value = useMemo(() => ({ acts, states }), [acts, states]);
  return (
    <FeedbackContext value={value}>
      {children}
      {asked && userId === undefined && !isPending && (
        <Suspense>
          <SignInDialog
            act={asked}
            onClose={() => setAsked(undefined)}
            onRefuse={() => {
              dropPendingAct();
              setAsked(undefined);
            }}
          />
        </Suspense>
      )}
    </FeedbackContext>
  );
}

function showingOf({ recommendationId, position }: PendingAct): Showing {
  return { recommendationId, position };
}

function useFeedbackContext(): FeedbackContextValue {
  const value = useContext(FeedbackContext);
  if (value === undefined) throw new Error("there is no <Feedback> around this");
  return value;
}
