import { invalidArgument } from "@craic/runtime/errors.js";

/** A page token that also says which of several lists it continues. Empty when the list ends. */
export function encodeListToken(list: string, nextPageToken: string): string {
  return nextPageToken === "" ? "" : `${list}.${nextPageToken}`;
}

/**
 * The list that a page token continues and that list's own token; undefined for the empty token of a first
 * page. INVALID_ARGUMENT if it names none of `lists`.
 */
export function decodeListToken<L extends string>(
  pageToken: string,
  lists: readonly L[],
): { list: L; inner: string } | undefined {
  if (pageToken === "") return undefined;
  const dot = pageToken.indexOf(".");
  const list = lists.find((name) => name === pageToken.slice(0, Math.max(0, dot)));
  const inner = pageToken.slice(dot + 1);
  if (list === undefined || inner === "") {
    throw invalidArgument({ field: "page_token", description: "is not one of ours" });
  }
  return { list, inner };
}
