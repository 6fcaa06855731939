import { Link } from "wouter";
import "./footer.css";

/** Also names whose data every page may hold, as their licences ask; an event's page adds its own source. */
export function Footer() {
  return (
    <footer className="bottom">
      <p>
        Craic finds the night out you would enjoy, and says why. Each event names its source. Places:{" "}
        <a href="https://www.geonames.org">GeoNames</a>,{" "}
        <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>. Venues: ©{" "}
        <a href="https://www.openstreetmap.org/copyright">OpenStreetMap contributors</a>, ODbL.
      </p>
      <p>
        <Link href="/cities">All cities</Link>
      </p>
    </footer>
  );
}
