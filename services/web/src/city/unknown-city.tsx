import { Link } from "wouter";
import { PageTitle } from "../shell/arrival.js";

export function UnknownCity() {
  return (
    <>
      <PageTitle title="We do not know that city" />
      <p className="lead">
        The link may be an old one. <Link href="/cities">Choose a city</Link> instead.
      </p>
    </>
  );
}
