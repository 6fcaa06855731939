import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { JsonWebKeySchema, TokenPairSchema } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { PreferencesSchema, UserSchema } from "@craic/proto/craic/auth/v1/user_pb.js";
import type { Preferences } from "./preferences.js";
import type { TokenPair } from "./session-tokens.js";
import type { VerificationKey } from "./signing-key.js";
import type { User } from "./user.js";

export function userToProto({ createTime, roles, ...rest }: User): MessageInitShape<typeof UserSchema> {
  return { ...rest, roles: [...roles], createTime: timestampFromDate(createTime) };
}

export function preferencesToProto(preferences: Preferences): MessageInitShape<typeof PreferencesSchema> {
  return {
    genres: [...preferences.genres],
    djIds: [...preferences.djIds],
    cityIds: [...preferences.cityIds],
  };
}

export function tokenPairToProto(tokens: TokenPair): MessageInitShape<typeof TokenPairSchema> {
  return {
    accessToken: tokens.accessToken.token,
    accessTokenExpireTime: timestampFromDate(tokens.accessToken.expireTime),
    refreshToken: tokens.refreshToken,
    refreshTokenExpireTime: timestampFromDate(tokens.refreshTokenExpireTime),
  };
}

export function keyToProto({ kid, x }: VerificationKey) {
  return { kid, kty: "OKP", crv: "Ed25519", x } satisfies MessageInitShape<typeof JsonWebKeySchema>;
}
