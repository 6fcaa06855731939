import { create, createFileRegistry, fromBinary, getOption } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { access, Caller } from "@craic/proto/craic/options/v1/options_pb.js";
import {
  type ServerReflectionResponse,
  ServerReflection as V1,
} from "@craic/proto/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as V1Alpha } from "@craic/proto/grpc/reflection/v1alpha/reflection_pb.js";
import { createGrpcTransport, type GrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { startWire, type WireProcess } from "./ways.js";

let wire: WireProcess;
let transport: GrpcTransport;

beforeAll(async () => {
  wire = await startWire();
  const address = `127.0.0.1:${wire.process.grpcPort}`;
  transport = createGrpcTransport({ address, maxMessageBytes: 1_048_576 });
});

afterAll(async () => {
  transport.close();
  await wire.process.drain();
});

describe.each([
  ["v1", V1],
  ["v1alpha", V1Alpha as unknown as typeof V1],
])("reflection %s", (_, service) => {
  let client: Client<typeof V1>;
  type Question = NonNullable<ServerReflectionResponse["originalRequest"]>["messageRequest"];

  beforeAll(() => {
    client = createClient(service, transport);
  });

  /** Asks in one stream and gives the answers in order. */
  async function ask(...questions: Question[]): Promise<ServerReflectionResponse["messageResponse"][]> {
    async function* requests() {
      for (const messageRequest of questions) yield { host: "here", messageRequest };
    }
    const answers = [];
    for await (const { originalRequest, validHost, messageResponse } of client.serverReflectionInfo(
      requests(),
    )) {
      expect(originalRequest?.messageRequest).toMatchObject(questions[answers.length]!);
      expect(validHost).toBe("here");
      answers.push(messageResponse);
    }
    return answers;
  }

  it("lists every service of the port, itself included", async () => {
    const [answer] = await ask({ case: "listServices", value: "" });
    expect(answer).toMatchObject({ case: "listServicesResponse" });
    const names = answer?.case === "listServicesResponse" ? answer.value.service.map(({ name }) => name) : [];
    expect(names).toEqual([
      "craic.auth.v1.AuthService",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "wire.v1.EchoService",
    ]);
  });

  it.each(["wire.v1.EchoService", "wire.v1.EchoService.Echo", "wire.v1.Everything", "wire.v1.Mood"])(
    "brings all that is needed to call by the symbol %s",
    async (symbol) => {
      const [answer] = await ask({ case: "fileContainingSymbol", value: symbol });
      const registry = createFileRegistry(
        create(FileDescriptorSetSchema, { file: filesOf(answer).toReversed() }),
      );
      const echo = registry.getService("wire.v1.EchoService")?.method.echo;
      expect(echo?.input.field.payload?.message?.field.when?.message?.typeName).toBe(
        "google.protobuf.Timestamp",
      );
      expect(getOption(echo!, access).callers).toEqual([Caller.ANYONE]);
    },
  );

  it("brings a file by its name, and error details, which no file imports", async () => {
    const names = ["wire/v1/echo_service.proto", "google/rpc/error_details.proto"];
    const answers = await ask(...names.map((value) => ({ case: "fileByFilename", value }) as Question));
    expect(answers.map((answer) => filesOf(answer)[0]?.name)).toEqual(names);
  });

  it("knows the options that fields and methods carry", async () => {
    const containingType = "google.protobuf.MethodOptions";
    const [numbers, file] = await ask({ case: "allExtensionNumbersOfType", value: containingType }, {
      case: "fileContainingExtension",
      value: { containingType, extensionNumber: 50_101 },
    } as Question);
    expect(numbers).toMatchObject({
      case: "allExtensionNumbersResponse",
      value: { extensionNumber: [50_101] },
    });
    expect(filesOf(file)[0]?.name).toBe("craic/options/v1/options.proto");
  });

  it("says NOT_FOUND for what is not here and goes on", async () => {
    const answers = await ask(
      { case: "fileByFilename", value: "secret.proto" },
      { case: "fileContainingSymbol", value: "wire.v1.Nothing" },
      { case: "allExtensionNumbersOfType", value: "wire.v1.Nothing" },
      { case: "listServices", value: "" },
    );
    expect(
      answers.map((answer) => (answer.case === "errorResponse" ? answer.value.errorCode : answer.case)),
    ).toEqual([Code.NotFound, Code.NotFound, Code.NotFound, "listServicesResponse"]);
  });
});

function filesOf(answer: ServerReflectionResponse["messageResponse"] | undefined): FileDescriptorProto[] {
  expect(answer?.case).toBe("fileDescriptorResponse");
  if (answer?.case !== "fileDescriptorResponse") return [];
  return answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}
