/** Why a model is not loaded, switched or rolled back; each is said in model_service.proto. */
export type RefusalReason =
  | "MODEL_NOT_FOUND"
  | "DIGEST_MISMATCH"
  | "MODEL_WITHDRAWN"
  | "CHANNEL_EMPTY"
  | "CHANNEL_MOVED"
  | "NOTHING_BEFORE"
  | "TRAINING_RUNNING"
  | "TRAINER_MISSING"
  | "TRAINING_FAILED";

/** Something that is asked of the models and not done. What ranked before goes on ranking. */
export class Refusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    sentence: string,
  ) {
    super(sentence);
    this.name = "Refusal";
  }
}
