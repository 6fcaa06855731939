import type { Listed } from "./listed.js";

/** Where the records come from, as their licences ask, and where there is more. */
export function Credits({ item: { event, venue, djs } }: { item: Listed }) {
  const records = [event, venue, ...djs].map((record) => record?.source?.attribution ?? "");
  const lines = [...new Set(records)].filter(Boolean);
  return (
    <footer className="credits">
      {event.url !== "" && (
        <p>
          <a href={event.url} rel="noopener noreferrer" target="_blank">
            More at {hostOf(event.url)}
            <span className="visually-hidden">, opens in a new tab</span>
          </a>
        </p>
      )}
      {lines.map((line) => (
        <p key={line} className="credit">
          Source: {line}
        </p>
      ))}
    </footer>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, "") : "the source";
}
