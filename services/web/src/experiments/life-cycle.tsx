import type { Transport } from "@connectrpc/connect";
import { callUnaryMethod, createConnectQueryKey, useTransport } from "@connectrpc/connect-query";
import { type Experiment, ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useToast } from "../shell/toasts.js";
import { explainToStaff } from "./failure-words.js";
import "../design/dialog.css";

/** A step of an experiment's life. */
interface Act {
  readonly label: string;
  readonly take: (transport: Transport, experimentId: string) => Promise<unknown>;
  readonly question: string;
  readonly consequence: string;
  readonly done: string;
  readonly primary?: boolean;
}

const { startExperiment, pauseExperiment, stopExperiment } = ExperimentService.method;

const start: Act = {
  label: "Start",
  take: (transport, experimentId) => callUnaryMethod(transport, startExperiment, { experimentId }),
  question: "Start the experiment?",
  consequence:
    "People are assigned and counted from now on. Its seed and its namespace stay as they are then.",
  done: "The experiment runs.",
  primary: true,
};
const resume: Act = {
  ...start,
  label: "Resume",
  question: "Let the experiment go on?",
  consequence: "New people are assigned again. Who was shown a variant before keeps it.",
  done: "The experiment runs again.",
};
const pause: Act = {
  label: "Pause",
  take: (transport, experimentId) => callUnaryMethod(transport, pauseExperiment, { experimentId }),
  question: "Pause the experiment?",
  consequence: "Nobody new is assigned. Who was shown a variant keeps it, until you resume or stop.",
  done: "The experiment is paused.",
};
const stop: Act = {
  label: "Stop",
  take: (transport, experimentId) => callUnaryMethod(transport, stopExperiment, { experimentId }),
  question: "Stop the experiment for good?",
  consequence: "Everybody gets the usual again. Its results stay, but it cannot be started again.",
  done: "The experiment is stopped. Its results stay.",
};

function actsOf(state: ExperimentState): readonly Act[] {
  switch (state) {
    case ExperimentState.DRAFT:
      return [start];
    case ExperimentState.RUNNING:
      return [pause, stop];
    case ExperimentState.PAUSED:
      return [resume, stop];
    case ExperimentState.STOPPED:
    case ExperimentState.UNSPECIFIED:
      return [];
  }
}

/** What can be done with an experiment where it stands, each after a question. */
export function LifeCycle({ experiment: { experimentId, state } }: { experiment: Experiment }) {
  const [asked, setAsked] = useState<Act>();
  const acts = actsOf(state);
  if (acts.length === 0) return null;
  return (
    <div className="life-cycle">
      {acts.map((act) => (
        <button
          type="button"
          key={act.label}
          className={act.primary ? "button button-primary" : "button"}
          onClick={() => setAsked(act)}
        >
          {act.label}
        </button>
      ))}
      {asked && <Confirm act={asked} experimentId={experimentId} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

function Confirm({ act, experimentId, onClose }: { act: Act; experimentId: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  const toast = useToast();
  const transport = useTransport();
  const step = useMutation({ mutationFn: () => act.take(transport, experimentId) });
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => (opener instanceof HTMLElement ? opener.focus() : undefined);
  }, []);

  async function go(): Promise<void> {
    await step.mutateAsync();
    toast({ text: act.done });
    onClose();
    await queries.invalidateQueries({
      queryKey: createConnectQueryKey({ schema: ExperimentService, cardinality: undefined }),
    });
  }
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{act.question}</h2>
      <p>{act.consequence}</p>
      {step.error !== null && (
        <p className="dialog-problem" role="alert">
          {explainToStaff(step.error)}
        </p>
      )}
      <div className="dialog-acts">
        <button
          type="button"
          className="button button-primary"
          aria-disabled={step.isPending}
          onClick={() => void go().catch(() => undefined)} // shown as the step's error
        >
          {step.isPending ? "One moment…" : act.label}
        </button>
        <button type="button" className="button button-quiet" onClick={onClose}>
          Leave it
        </button>
      </div>
    </dialog>
  );
}
