import { useQuery } from "@connectrpc/connect-query";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { useEffect, useLayoutEffect, useState } from "react";
import { after } from "../api.js";
import { CloseIcon, SearchIcon } from "../design/icons.js";
import { RadioChips } from "../design/radio-chips.js";
import { GenreChips } from "../event/genre-chips.js";
import { nightOf } from "../time/night.js";
import { useNow } from "../time/use-now.js";
import { formatDay } from "./date-window.js";
import { type Search, WHENS } from "./search-url.js";
import "./filters.css";

const TYPING_PAUSE_MS = 250;
/** More than this is behind a button. */
const FEW_GENRES = 14;

/** What to look for. Each change is a new address at once, the words after a pause in typing. */
export function Filters({
  search,
  onChange,
  cityId,
  zone,
}: {
  search: Search;
  onChange: (change: Partial<Search>) => void;
  /** Empty for everywhere. */
  cityId: string;
  zone: string;
}) {
  const today = formatDay(nightOf(useNow(), zone));
  return (
    <search className="filters">
      <WordsField query={search.query} onChange={(query) => onChange({ query })} />
      <fieldset className="filter">
        <legend>When</legend>
        <div className="chips chips-row">
          <RadioChips
            name="when"
            options={WHENS}
            chosen={search.when}
            onChoose={(when) => onChange({ when })}
          />
        </div>
        {search.when === "dates" && (
          <div className="dates">
            <label className="field">
              <span className="field-label">From</span>
              <input
                type="date"
                min={today}
                value={search.from}
                onChange={({ target }) => onChange({ from: target.value })}
              />
            </label>
            <label className="field">
              <span className="field-label">To</span>
              <input
                type="date"
                min={search.from || today}
                value={search.to}
                onChange={({ target }) => onChange({ to: target.value })}
              />
            </label>
          </div>
        )}
      </fieldset>
      <Genres cityId={cityId} chosen={search.genres} onChange={(genres) => onChange({ genres })} />
    </search>
  );
}

function WordsField({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const [typed, setTyped] = useState(query);
  // The address changed by other means than typing: a link, Back.
  useEffect(() => setTyped((now) => (now.trim() === query ? now : query)), [query]);
  // A page that gives way to one still being fetched keeps its other effects, and would search from there.
  useLayoutEffect(() => {
    if (typed.trim() === query) return;
    return after(TYPING_PAUSE_MS, () => onChange(typed.trim()));
  });
  return (
    <form
      className="words"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(typed.trim());
      }}
    >
      <SearchIcon />
      <label className="visually-hidden" htmlFor="words">
        Words in the title, artist, organiser or genre
      </label>
      <input
        id="words"
        type="search"
        value={typed}
        maxLength={200}
        onChange={({ target }) => setTyped(target.value)}
        placeholder="Title, organiser, genre …"
        enterKeyHint="search"
        autoComplete="off"
      />
    </form>
  );
}

function Genres({
  cityId,
  chosen,
  onChange,
}: {
  cityId: string;
  chosen: readonly string[];
  onChange: (genres: readonly string[]) => void;
}) {
  const { data } = useQuery(EventService.method.listGenres, { cityId });
  const [all, setAll] = useState(false);
  const known = data?.genres.map(({ genre }) => genre) ?? [];
  const shown = all ? known : known.slice(0, FEW_GENRES);
  // A chosen genre stays in sight even when it is rare, or has no events left.
  const genres = [...shown, ...chosen.filter((genre) => !shown.includes(genre))];
  if (genres.length === 0) return null;
  return (
    <fieldset className="filter">
      <legend>Genres</legend>
      <div className="chips chips-row">
        <GenreChips genres={genres} chosen={chosen} onChange={onChange} />
        {known.length > FEW_GENRES && (
          <button type="button" className="chip chip-more" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Fewer" : `All ${known.length}`}
          </button>
        )}
        {chosen.length > 0 && (
          <button type="button" className="chip chip-more" onClick={() => onChange([])}>
            <CloseIcon /> Any genre
          </button>
        )}
      </div>
    </fieldset>
  );
}
