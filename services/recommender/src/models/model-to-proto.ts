import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ModelSchema } from "@craic/proto/craic/recommender/v1/model_pb.js";
import type { ModelManifest } from "./model-manifest.js";

export function modelToProto(manifest: ModelManifest): MessageInitShape<typeof ModelSchema> {
  const { version, algorithm, dataSnapshotId, pipelineGitSha, imageDigest, users, events } = manifest;
  return {
    version,
    algorithm,
    createTime: timestampFromDate(new Date(manifest.createTime)),
    sha256: Object.values(manifest.sha256)[0],
    dataSnapshotId,
    pipelineGitSha,
    imageDigest,
    parameters: { ...manifest.parameters },
    metrics: { ...manifest.metrics },
    feedbackRows: BigInt(manifest.feedbackRows),
    users,
    events,
  };
}
