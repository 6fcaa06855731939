import { Route, Switch } from "wouter";
import { ExperimentPage } from "./experiment-page.js";
import { ListPage } from "./list-page.js";
import { StaffOnly } from "./staff/staff-only.js";
import "./experiments.css";
import "./plots/plots.css";

/** Everything under /experiments, for those who run them: fetched by nobody else. */
export function ExperimentsPages() {
  return (
    <StaffOnly>
      <Switch>
        <Route path="/experiments">
          <ListPage />
        </Route>
        <Route path="/experiments/:experimentId">
          {({ experimentId }) => <ExperimentPage key={experimentId} experimentId={experimentId} />}
        </Route>
      </Switch>
    </StaffOnly>
  );
}
