import { useQuery } from "@connectrpc/connect-query";
import type { Dj } from "@craic/proto/craic/djs/v1/dj_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { keepPreviousData, skipToken } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { CloseIcon } from "../design/icons.js";
import { ErrorNote } from "../shell/notices.js";

const MOST_FOUND = 12;

/** Artists to follow: found by name, or suggested by the genres that were chosen. */
export function ArtistPicker({
  genres,
  chosen,
  onChange,
}: {
  genres: readonly string[];
  /** By dj_id. */
  chosen: readonly string[];
  onChange: (djIds: string[]) => void;
}) {
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed.trim());
  const found = useQuery(
    DjService.method.listDjs,
    { query, genres: query === "" ? genres.slice(0, 20) : [], pageSize: MOST_FOUND },
    { placeholderData: keepPreviousData },
  );
  const known = useQuery(
    DjService.method.batchGetDjs,
    chosen.length === 0 ? skipToken : { djIds: [...chosen] },
    {
      placeholderData: keepPreviousData,
    },
  );
  const byId = new Map([...(known.data?.djs ?? []), ...(found.data?.djs ?? [])].map((dj) => [dj.djId, dj]));
  const others = (found.data?.djs ?? []).filter(({ djId }) => !chosen.includes(djId));
  return (
    <fieldset className="picker">
      <legend>Artists</legend>
      {chosen.length > 0 && (
        <ul className="chips chips-big" aria-label="Chosen artists">
          {chosen.map((djId) => (
            <li key={djId}>
              <button
                type="button"
                className="chip chip-on"
                onClick={() => onChange(chosen.filter((id) => id !== djId))}
              >
                {byId.get(djId)?.name ?? "…"}
                <CloseIcon />
                <span className="visually-hidden">: remove</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <label className="field">
        <span className="field-label">Find an artist</span>
        <input
          type="search"
          value={typed}
          maxLength={200}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
          // The form around this picker is not sent by looking for somebody.
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        />
      </label>
      {found.isError && found.data === undefined ? (
        <ErrorNote
          what="The artists could not be loaded"
          error={found.error}
          onRetry={() => void found.refetch()}
        />
      ) : (
        <>
          <p role="status" className="field-hint">
            {found.data === undefined ? "Loading…" : resultLine(query, others.length)}
          </p>
          <ul className="chips chips-big" aria-label="Artists to add">
            {others.map((dj) => (
              <li key={dj.djId}>
                <AddArtist dj={dj} onAdd={() => onChange([...chosen, dj.djId])} />
              </li>
            ))}
          </ul>
        </>
      )}
    </fieldset>
  );
}

function AddArtist({ dj: { name, kind }, onAdd }: { dj: Dj; onAdd: () => void }) {
  return (
    <button type="button" className="chip" onClick={onAdd}>
      <span aria-hidden="true">+ </span>
      {name}
      {kind !== "" && <span className="chip-aside"> {kind}</span>}
    </button>
  );
}

function resultLine(query: string, count: number): string {
  if (query === "") return count === 0 ? "Type a name." : "Some who play what you picked, or type a name.";
  return count === 0 ? "Nobody of that name." : `${count === MOST_FOUND ? "The first " : ""}${count} found.`;
}
