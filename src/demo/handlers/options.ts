import { parseArgs } from "node:util";

/** What either handler is set up with. */
export interface HandlerOptions {
  /** Base URL of the Graph API, without a version: the egress, or a stand-in. The only address a handler calls. */
  readonly graphUrl: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly phoneNumberId: string;
  /** What it calls the Graph API with; absent: a token nobody honours. */
  readonly accessToken?: string;
  /** Whether a delivery's `traceparent` goes on with the calls made for it, as with OpenTelemetry in the handler. */
  readonly passesTrace?: boolean;
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Absent: loopback. A handler in a process of its own, as `start` makes one, has no other. */
  readonly host?: string;
}

export const graphVersion = "v23.0";

const defaultAccessToken = "demo-access-token";

export function tokenOf({ accessToken = defaultAccessToken }: HandlerOptions): string {
  return accessToken;
}

/** Options as command-line flags, for a handler in a process of its own. */
export function flagsOf(options: HandlerOptions): readonly string[] {
  return [
    `--graph-url=${options.graphUrl}`,
    `--app-secret=${options.appSecret}`,
    `--verify-token=${options.verifyToken}`,
    `--phone-number-id=${options.phoneNumberId}`,
    `--access-token=${tokenOf(options)}`,
    ...(options.passesTrace === true ? ["--passes-trace"] : []),
    `--port=${options.port ?? 0}`,
  ];
}

export function optionsOf(flags: readonly string[]): HandlerOptions {
  const text = { type: "string", default: "" } as const;
  const { values } = parseArgs({
    args: [...flags],
    options: {
      "graph-url": text,
      "app-secret": text,
      "verify-token": text,
      "phone-number-id": text,
      "access-token": { type: "string", default: defaultAccessToken },
      "passes-trace": { type: "boolean", default: false },
      port: text,
    },
  });
  return {
    graphUrl: values["graph-url"],
    appSecret: values["app-secret"],
    verifyToken: values["verify-token"],
    phoneNumberId: values["phone-number-id"],
    accessToken: values["access-token"],
    passesTrace: values["passes-trace"],
    port: Number(values.port),
  };
}
