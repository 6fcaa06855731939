import { type DescExtension, type DescFile, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { file_google_rpc_error_details } from "@craic/proto/google/rpc/error_details_pb.js";
import {
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
  ServerReflection as V1,
} from "@craic/proto/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as V1Alpha } from "@craic/proto/grpc/reflection/v1alpha/reflection_pb.js";
import { type Registration, register } from "./module.js";

/**
 * Lets tools such as grpcurl list the services of this server and learn their messages. Both versions of the
 * protocol are the same but for their name, and tools ask for either.
 *
 * @param registrations what is served; a reflection service lists itself beside it, and knows the types of
 *   error details, which no file imports
 */
export function reflection(registrations: readonly Registration[]): Registration[] {
  const services = [...registrations.map(({ service }) => service), V1, V1Alpha];
  const catalogue = new Catalogue([...services.map(({ file }) => file), file_google_rpc_error_details]);
  const names = services.map(({ typeName }) => typeName).sort();

  async function* serverReflectionInfo(
    requests: AsyncIterable<ServerReflectionRequest>,
  ): AsyncGenerator<Answer> {
    for await (const request of requests) {
      const messageResponse = answerTo(request, catalogue, names);
      yield { validHost: request.host, originalRequest: request, messageResponse };
    }
  }
  return [
    register(V1, { serverReflectionInfo }),
    // The types are told apart by name only.
    register(V1Alpha, { serverReflectionInfo: serverReflectionInfo as never }),
  ];
}

type Answer = MessageInitShape<typeof ServerReflectionResponseSchema>;

function answerTo(
  { messageRequest: asked }: ServerReflectionRequest,
  catalogue: Catalogue,
  names: readonly string[],
): Answer["messageResponse"] {
  switch (asked.case) {
    case "listServices":
      return { case: "listServicesResponse", value: { service: names.map((name) => ({ name })) } };
    case "fileByFilename":
      return files(catalogue.files.get(asked.value), `file "${asked.value}"`);
    case "fileContainingSymbol":
      return files(catalogue.symbols.get(asked.value), `symbol "${asked.value}"`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = asked.value;
      const extension = catalogue
        .extensionsOf(containingType)
        .find(({ number }) => number === extensionNumber);
      return files(extension?.file, `extension ${extensionNumber} of "${containingType}"`);
    }
    case "allExtensionNumbersOfType": {
      if (!catalogue.symbols.has(asked.value)) return missing(`symbol "${asked.value}"`);
      const extensionNumber = catalogue.extensionsOf(asked.value).map(({ number }) => number);
      return { case: "allExtensionNumbersResponse", value: { baseTypeName: asked.value, extensionNumber } };
    }
    case undefined:
      return failure(Code.InvalidArgument, "nothing was asked");
  }
}

/** A file with all that it imports, so that nobody needs to ask again. */
function files(file: DescFile | undefined, what: string): Answer["messageResponse"] {
  if (file === undefined) return missing(what);
  const fileDescriptorProto = [...withImports([file])].map(({ proto }) =>
    toBinary(FileDescriptorProtoSchema, proto),
  );
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function missing(what: string): Answer["messageResponse"] {
  return failure(Code.NotFound, `no ${what} here`);
}

function failure(errorCode: Code, errorMessage: string): Answer["messageResponse"] {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}

/** Everything that the services' files declare, by name. */
class Catalogue {
  readonly files = new Map<string, DescFile>();
  /** The file that declares each message, enum, extension, service and method. */
  readonly symbols = new Map<string, DescFile>();
  private readonly extensions: DescExtension[] = [];

  constructor(roots: readonly DescFile[]) {
    for (const file of withImports(roots)) {
      this.files.set(file.proto.name, file);
      for (const type of nestedTypes(file)) {
        this.symbols.set(type.typeName, file);
        if (type.kind === "extension") this.extensions.push(type);
      }
      for (const service of file.services) {
        for (const { name } of service.methods) this.symbols.set(`${service.typeName}.${name}`, file);
      }
    }
  }

  extensionsOf(typeName: string): DescExtension[] {
    return this.extensions.filter(({ extendee }) => extendee.typeName === typeName);
  }
}

function withImports(roots: readonly DescFile[]): Set<DescFile> {
  const files = new Set(roots);
  // A set goes on to those that are added on the way.
  for (const file of files) for (const imported of file.dependencies) files.add(imported);
  return files;
}
