import { useQuery } from "@connectrpc/connect-query";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { GenreChips } from "../event/genre-chips.js";
import { ErrorNote } from "../shell/notices.js";

const MOST_SHOWN = 40;

/** The genres that are on in a city, the most frequent first, to say yes to. */
export function GenrePicker({
  cityId,
  chosen,
  onChange,
}: {
  /** Empty for everywhere. */
  cityId: string;
  chosen: readonly string[];
  onChange: (genres: string[]) => void;
}) {
  const genres = useQuery(EventService.method.listGenres, { cityId });
  if (genres.isError && genres.data === undefined) {
    return (
      <ErrorNote
        what="The genres could not be loaded"
        error={genres.error}
        onRetry={() => void genres.refetch()}
      />
    );
  }
  const known = (genres.data?.genres ?? []).slice(0, MOST_SHOWN).map(({ genre }) => genre);
  const shown = [...known, ...chosen.filter((genre) => !known.includes(genre))];
  return (
    <fieldset className="picker" aria-busy={genres.isPending}>
      <legend>Genres</legend>
      <div className="chips chips-big">
        {genres.isPending &&
          ["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
            <span key={key} className="bone bone-chip" />
          ))}
        <GenreChips genres={shown} chosen={chosen} onChange={onChange} />
      </div>
    </fieldset>
  );
}
