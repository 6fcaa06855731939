import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  callUnaryMethod,
  createConnectQueryKey,
  useInfiniteQuery,
  useTransport,
} from "@connectrpc/connect-query";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { skipToken, useQueryClient } from "@tanstack/react-query";

const { getFeed } = FeedService.method;
const PAGE_SIZE = 24;

/**
 * The feed of a city up to an instant. It never changes by itself: a list must not move under the
 * finger. `renew` fetches a new one and puts it in the old one's place once it is there.
 *
 * @param before undefined for no limit, "unknown" while the instant is still being found out
 */
export function useFeed(cityId: string, before: Date | undefined | "unknown") {
  const transport = useTransport();
  const queries = useQueryClient();
  const request = {
    cityId,
    pageSize: PAGE_SIZE,
    pageToken: "",
    startingBefore: before instanceof Date ? timestampFromDate(before) : undefined,
  };
  const feed = useInfiniteQuery(getFeed, before === "unknown" ? skipToken : request, {
    pageParamKey: "pageToken",
    getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  async function renew(): Promise<void> {
    const first = await callUnaryMethod(transport, getFeed, request);
    const queryKey = createConnectQueryKey({
      schema: getFeed,
      transport,
      input: request,
      cardinality: "infinite",
      pageParamKey: "pageToken",
    });
    queries.setQueryData(queryKey, { pages: [first], pageParams: [""] });
  }
  return { feed, renew };
}
