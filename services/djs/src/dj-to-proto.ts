import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Dj as DjMessage, DjSchema } from "@craic/proto/craic/djs/v1/dj_pb.js";
import type { Dj } from "./dj.js";

export function djToProto(dj: Dj): DjMessage {
  return create(DjSchema, {
    djId: dj.djId,
    name: dj.name,
    kind: dj.kind,
    genres: [...dj.genres],
    url: dj.url,
    source: dj.source,
    updateTime: timestampFromDate(dj.updated),
  });
}
