import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useRememberedCity } from "./city/remembered-city.js";
import { SkeletonCards } from "./event/event-list.js";
import { FeedPage } from "./feed/feed-page.js";
import { useForgetOtherPeoplesAnswers } from "./session/other-peoples-answers.js";
import { useSession } from "./session/session.js";
import { PageTitle } from "./shell/arrival.js";
import { Footer } from "./shell/footer.js";
import { Header } from "./shell/header.js";
import { OfflineNote } from "./shell/notices.js";

// The feed is what most people come for; the others are fetched when they are gone to.
const ChooseCityPage = lazy(async () => ({
  default: (await import("./city/choose-city-page.js")).ChooseCityPage,
}));
const EventPage = lazy(async () => ({ default: (await import("./event/event-page.js")).EventPage }));
const SearchPage = lazy(async () => ({ default: (await import("./search/search-page.js")).SearchPage }));
const SavedPage = lazy(async () => ({ default: (await import("./saved/saved-page.js")).SavedPage }));
const SignUpPage = lazy(async () => ({ default: (await import("./account/sign-up-page.js")).SignUpPage }));
const LogInPage = lazy(async () => ({ default: (await import("./account/log-in-page.js")).LogInPage }));
const OnboardingPage = lazy(async () => ({
  default: (await import("./account/onboarding-page.js")).OnboardingPage,
}));
const ExperimentsPages = lazy(async () => ({
  default: (await import("./experiments/experiments-pages.js")).ExperimentsPages,
}));
const AccountPage = lazy(async () => ({ default: (await import("./account/account-page.js")).AccountPage }));

export function App() {
  useForgetOtherPeoplesAnswers();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <OfflineNote />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<SkeletonCards label="Loading the page" />}>
          <Switch>
            <Route path="/">
              <FrontPage />
            </Route>
            <Route path="/cities">
              <ChooseCityPage />
            </Route>
            <Route path="/city/:cityId">{({ cityId }) => <FeedPage key={cityId} cityId={cityId} />}</Route>
            <Route path="/city/:cityId/search">
              {({ cityId }) => <SearchPage key={cityId} cityId={cityId} />}
            </Route>
            <Route path="/search">
              <SearchPage cityId={undefined} />
            </Route>
            <Route path="/event/:eventId">
              {({ eventId }) => <EventPage key={eventId} eventId={eventId} />}
            </Route>
            <Route path="/saved">
              <SavedPage />
            </Route>
            <Route path="/signup">
              <SignUpPage />
            </Route>
            <Route path="/login">
              <LogInPage />
            </Route>
            <Route path="/welcome">
              <OnboardingPage />
            </Route>
            <Route path="/account">
              <AccountPage />
            </Route>
            <Route path="/experiments/*?">
              <ExperimentsPages />
            </Route>
            <Route>
              <PageTitle title="There is no such page" />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <Footer />
    </>
  );
}

/** The feed of the city that was looked at last, else of the person's own, else the question. */
function FrontPage() {
  const remembered = useRememberedCity();
  const { preferences, isPending } = useSession();
  const cityId = remembered?.cityId ?? preferences?.cityIds[0];
  if (cityId !== undefined) return <Redirect to={`/city/${cityId}`} replace />;
  return isPending ? null : <ChooseCityPage />;
}
