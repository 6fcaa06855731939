import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { withToken } from "./with-token.js";

function bed(code?: Code) {
  const authorizations: (string | null)[] = [];
  const refused = jest.fn();
  const transport = createRouterTransport(({ service }) =>
    service(ExperimentService, {
      listExperiments(_, { requestHeader }) {
        authorizations.push(requestHeader.get("authorization"));
        if (code !== undefined) throw new ConnectError("no", code);
        return {};
      },
    }),
  );
  const client = createClient(ExperimentService, withToken(transport, "abc", refused));
  return { client, authorizations, refused };
}

describe("withToken()", () => {
  it("sends the token with every call", async () => {
    const { client, authorizations, refused } = bed();
    await client.listExperiments({}, { headers: { authorization: "Bearer of somebody else" } });
    expect(authorizations).toEqual(["Bearer abc"]);
    expect(refused).not.toHaveBeenCalled();
  });

  it("tells when the token is refused, and lets the failure through", async () => {
    const { client, refused } = bed(Code.Unauthenticated);
    await expect(client.listExperiments({})).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(refused).toHaveBeenCalledTimes(1);
  });

  it("takes no other failure for that", async () => {
    const { client, refused } = bed(Code.Unavailable);
    await expect(client.listExperiments({})).rejects.toMatchObject({ code: Code.Unavailable });
    expect(refused).not.toHaveBeenCalled();
  });
});
