import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { Link, Redirect } from "wouter";
import { useRememberedCity } from "../city/remembered-city.js";
import { explain } from "../failure.js";
import { useSession } from "../session/session.js";
import { useSessionMutation } from "../session/session-change.js";
import { PageTitle } from "../shell/arrival.js";
import { useToast } from "../shell/toasts.js";
import { ArtistPicker } from "./artist-picker.js";
import { CityPicker } from "./city-picker.js";
import { GenrePicker } from "./genre-picker.js";
import { usePreferences } from "./use-preferences.js";
import "./account.css";

/** What Craic was told about somebody, to be changed by them; and the way out. */
export function AccountPage() {
  const { user, isPending } = useSession();
  const toast = useToast();
  const city = useRememberedCity();
  const logOut = useSessionMutation(SessionService.method.logOut);
  const { draft, edit, keep, isEdited, isKeeping, error } = usePreferences();
  if (user === undefined) {
    // Whoever went on to another page while they were logged out stays there.
    return isPending ? null : <Redirect to={logOut.isIdle ? "/login?next=/account" : "/"} replace />;
  }

  return (
    <form
      className="account account-wide"
      onSubmit={(event) => {
        event.preventDefault();
        keep()
          .then(() => toast({ text: "Kept. Your next list knows." }))
          .catch(() => undefined); // shown as `error`
      }}
    >
      <PageTitle title={`Hello, ${user.displayName}`} />
      <p className="lead">
        {user.email}{" "}
        <button
          type="button"
          className="button"
          onClick={() => {
            logOut
              .mutateAsync({})
              .then(() => toast({ text: "You are logged out." }))
              .catch(() => undefined); // shown as its error
          }}
          aria-disabled={logOut.isPending}
        >
          Log out
        </button>
      </p>
      {logOut.error !== null && <p role="alert">{explain(logOut.error)} Try again.</p>}
      {user.roles.includes("admin") && (
        <p>
          You run this Craic: see its <Link href="/experiments">experiments</Link>.
        </p>
      )}
      <h2>What you are into</h2>
      <GenrePicker
        cityId={draft.cityIds[0] ?? city?.cityId ?? ""}
        chosen={draft.genres}
        onChange={(genres) => edit({ genres })}
      />
      <ArtistPicker genres={draft.genres} chosen={draft.djIds} onChange={(djIds) => edit({ djIds })} />
      <CityPicker chosen={draft.cityIds} onChange={(cityIds) => edit({ cityIds })} />
      {error !== null && (
        <p className="form-problem" role="alert">
          {explain(error)} Nothing was kept: try again.
        </p>
      )}
      <div className="step-acts">
        <button type="submit" className="button button-primary" aria-disabled={isKeeping || !isEdited}>
          {isKeeping ? "One moment…" : "Keep this"}
        </button>
      </div>
    </form>
  );
}
