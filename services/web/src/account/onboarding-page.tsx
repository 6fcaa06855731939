import { type ReactNode, useState } from "react";
import { Redirect, useLocation, useSearchParams } from "wouter";
import { useRememberedCity } from "../city/remembered-city.js";
import { explain } from "../failure.js";
import { useSession } from "../session/session.js";
import { PageTitle } from "../shell/arrival.js";
import { ArtistPicker } from "./artist-picker.js";
import { CityPicker } from "./city-picker.js";
import { GenrePicker } from "./genre-picker.js";
import { nextPage } from "./next-page.js";
import { usePreferences } from "./use-preferences.js";
import "./account.css";

/** What a new person is asked after their account exists; each step may be left out, none is lost. */
export function OnboardingPage() {
  const { user, isPending } = useSession();
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const city = useRememberedCity();
  const [step, setStep] = useState(0);
  const { draft, edit, keep, isEdited, isKeeping, error } = usePreferences();
  if (user === undefined) return isPending ? null : <Redirect to="/signup" replace />;

  const homeCityId = draft.cityIds[0] ?? city?.cityId;
  async function finish() {
    if (isEdited) await keep();
    const next = nextPage(params);
    navigate(next === "/" && homeCityId !== undefined ? `/city/${homeCityId}` : next, { replace: true });
  }
  async function goOn() {
    if (step === LAST_STEP) return finish();
    if (isEdited) await keep();
    setStep(step + 1);
  }
  function attempt(move: () => Promise<void>) {
    if (!isKeeping) move().catch(() => undefined); // shown as `error`
  }
  const steps: readonly { title: string; lead: string; picker: ReactNode }[] = [
    {
      title: `What are you into, ${user.displayName}?`,
      lead: "Pick as many as you like: your first list is made from them.",
      picker: (
        <GenrePicker
          cityId={homeCityId ?? ""}
          chosen={draft.genres}
          onChange={(genres) => edit({ genres })}
        />
      ),
    },
    {
      title: "Anybody you would go and see?",
      lead: "Their nights move up your list.",
      picker: (
        <ArtistPicker genres={draft.genres} chosen={draft.djIds} onChange={(djIds) => edit({ djIds })} />
      ),
    },
    {
      title: "Where do you go out?",
      lead: "The first one you tick is home.",
      picker: <CityPicker chosen={draft.cityIds} onChange={(cityIds) => edit({ cityIds })} />,
    },
  ];
  const now = steps[step];
  if (now === undefined) return null;
  return (
    <form
      className="account account-wide"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(goOn);
      }}
    >
      <p className="step">Step {step + 2} of 4</p>
      <PageTitle key={step} title={now.title} arrives={step > 0} />
      <p className="lead">{now.lead}</p>
      {now.picker}
      {error !== null && (
        <p className="form-problem" role="alert">
          {explain(error)} What you picked is still here: try again.
        </p>
      )}
      <div className="step-acts">
        {step > 0 && (
          <button type="button" className="button button-quiet" onClick={() => setStep(step - 1)}>
            Back
          </button>
        )}
        <button type="button" className="button button-quiet" onClick={() => attempt(finish)}>
          Skip the rest
        </button>
        <button type="submit" className="button button-primary" aria-disabled={isKeeping}>
          {step === LAST_STEP ? "Show me my list" : "Continue"}
        </button>
      </div>
    </form>
  );
}

const LAST_STEP = 2;
