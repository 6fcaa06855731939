/** One page of a list, some of it left out on the way. */
export interface PartialPage<T> {
  readonly items: readonly T[];
  /** Empty when the list ends here. */
  readonly nextPageToken: string;
}

/** What is left out is usually nothing and at times an event or two, so that a second read is the exception. */
const MAX_READS = 3;

/**
 * A full page, of a list whose entries may turn out not to be fit to show: what one read lacks is read after
 * it. After `MAX_READS` the page stays as short as it is and its token leads on.
 *
 * @param read may return undefined when it cannot read for the moment; so does this, at the first read
 */
export async function fillPage<T, Absent extends undefined = never>(
  size: number,
  pageToken: string,
  read: (limit: number, pageToken: string) => Promise<PartialPage<T> | Absent>,
): Promise<PartialPage<T> | Absent> {
  const items: T[] = [];
  let nextPageToken = pageToken;
  for (let reads = 0; reads < MAX_READS && items.length < size; reads++) {
    const page = await read(size - items.length, nextPageToken);
    if (page === undefined) {
      if (reads === 0) return page;
      break;
    }
    items.push(...page.items);
    nextPageToken = page.nextPageToken;
    if (nextPageToken === "") break;
  }
  return { items, nextPageToken };
}
