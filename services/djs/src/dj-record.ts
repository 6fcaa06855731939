import type { DjRecord } from "@craic/proto/craic/djs/v1/dj_pb.js";
import type { FieldViolation } from "@craic/runtime/errors.js";
import { distinctNames } from "@craic/runtime/search-text.js";
import type { DjContent } from "./dj.js";

/** What is wrong with an artist beyond the rules of each of its fields. */
export function djProblems({ name, genres, url }: DjRecord): FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (name.trim() === "") problems.push({ field: "name", description: "is blank" });
  genres.forEach((genre, i) => {
    if (genre.trim() === "") problems.push({ field: `genres[${i}]`, description: "is blank" });
  });
  if (url !== "" && !URL.canParse(url)) problems.push({ field: "url", description: "is no URL" });
  return problems;
}

/** What a record without problems says. */
export function djFromRecord({ source, name, kind, genres, url }: DjRecord): DjContent {
  return {
    source: {
      name: source?.name ?? "",
      externalId: source?.externalId ?? "",
      attribution: source?.attribution ?? "",
    },
    name: name.trim(),
    kind,
    genres: distinctNames(genres),
    url,
  };
}
