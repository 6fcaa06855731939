import { Link } from "wouter";
import "./footer.css";

export function Footer() {
  return (
    <footer className="bottom">
      <p>
        Craic finds the night out you would enjoy, and says why. Each event names its source;{" "}
        <a href="https://www.geonames.org" rel="noopener noreferrer">
          places are from GeoNames
        </a>
        , CC BY 4.0.
      </p>
      <p>
        <Link href="/cities">All cities</Link>
      </p>
    </footer>
  );
}
