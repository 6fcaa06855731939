/** Genres to say yes or no to. */
export function GenreChips({
  genres,
  chosen,
  onChange,
}: {
  genres: readonly string[];
  chosen: readonly string[];
  onChange: (genres: string[]) => void;
}) {
  return genres.map((genre) => (
    <label key={genre} className="chip">
      <input
        type="checkbox"
        checked={chosen.includes(genre)}
        onChange={({ target }) =>
          onChange(target.checked ? [...chosen, genre] : chosen.filter((other) => other !== genre))
        }
      />
      {genre}
    </label>
  ));
}
