/** Set by the door on every request it lets in, whatever the client sent under these names. */
export const CLIENT_ADDRESS_HEADER = "x-craic-client-address";
export const CLIENT_ENCRYPTED_HEADER = "x-craic-client-encrypted";

/** The path of an RPC: a Protobuf service's full name and a method. */
const RPC_PATH = /^\/(?:\w+\.)+\w+\/\w+$/;

/** Whether a request's URL is that of an RPC, one that exists or not. */
export function isRpcUrl(url: string): boolean {
  return RPC_PATH.test(url.split("?", 1)[0]!);
}
