import { request as httpRequest } from "node:http";
import { existsSync } from "node:fs";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { decodeResponse, encodeRequest, statuses, type IppAttributes, type IppRequest, type IppResponse, type IppWrite } from "./ipp.ts";

/** Where a CUPS server (or an IPP printer) listens. */
export type IppServer = Readonly<{ socketPath: string } | { host: string; port: number }>;

/** Sends one IPP request. Failures: `printer-unreachable` (ambiguous once bytes may have arrived) and what the status says. */
export type IppClient = Readonly<{
  server: IppServer;
  words: string;
  ask: (request: Omit<IppRequest, "requestId">, path?: string) => Promise<Result<IppResponse>>;
}>;

const DEFAULT_PORT = 631;
const SOCKET = "/run/cups/cups.sock";
/** cupsd answers in ms; a queue on a dead network printer must not hold the station's status for longer. */
const ANSWER_WITHIN_MS = 8_000;

/**
 * The server as the CUPS tools find it: `CUPS_SERVER` (host, host:port or socket path), else localhost:631 or its
 * local socket, which Debian's cupsd always has.
 */
export const findCupsServer = (environment: Readonly<Record<string, string | undefined>>): IppServer => {
  const given = environment["CUPS_SERVER"]?.trim() ?? "";
  if (given.startsWith("/")) return { socketPath: given };
  if (given === "") return existsSync(SOCKET) ? { socketPath: SOCKET } : { host: "localhost", port: DEFAULT_PORT };
  const withoutVersion = given.replace(/\/version=[\d.]+$/, "");
  const parts = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(withoutVersion);
  return { host: (parts?.[1] ?? withoutVersion).replace(/^\[|\]$/g, ""), port: Number(parts?.[2] ?? DEFAULT_PORT) };
};

const serverWords = (server: IppServer): string => ("socketPath" in server ? server.socketPath : `${server.host}:${server.port}`);

/** The words a server gives with a refusal. */
const statusMessage = (attributes: IppAttributes): string => String(attributes["status-message"]?.[0] ?? "");

const statusFailure = (status: number, message: string, about: string): Failure => {
  const said = message === "" ? `IPP status 0x${status.toString(16).padStart(4, "0")}` : message;
  if (status === statuses.notFound) return fail("printer-missing", `${about} (${said}).`).failure;
  // "Not accepting jobs" passes like a stopped printer does
  if (status === statuses.notAccepting) return fail("printer-stopped", `${about} (${said}).`).failure;
  if (status === statuses.formatNotSupported) return fail("printer-cannot-print", `${about} (${said}).`).failure;
  return fail("printer-refused", `${about} (${said}).`).failure;
};

/** `about` names the queue in every failure; `timeoutMs` is for the whole answer. */
export const createIppClient = (server: IppServer, about: string, timeoutMs: number = ANSWER_WITHIN_MS): IppClient => {
  let requestId = 0;
  const words = serverWords(server);
  const ask: IppClient["ask"] = (request, path = "/") =>
    new Promise((resolve) => {
      const body = encodeRequest({ ...request, requestId: ++requestId });
      // Before the connection stands nothing can have been printed; afterwards a Print-Job may have arrived
      let connected = false;
      const broken = (why: string): void => {
        const carriesDocument = request.document !== undefined;
        resolve(
          fail("printer-unreachable", `${about} at CUPS ${words} (${why}).`, connected && carriesDocument ? { ambiguous: true } : {}),
        );
      };
      const call = httpRequest(
        {
          ...("socketPath" in server ? { socketPath: server.socketPath, host: "localhost" } : { host: server.host, port: server.port }),
          path,
          method: "POST",
          headers: { "content-type": "application/ipp", "content-length": body.length },
          agent: false,
          signal: AbortSignal.timeout(timeoutMs),
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", (error) => broken(error.message));
          response.on("end", () => {
            // A refusal in HTTP (403, 404 …) says for certain that no job was made
            if (response.statusCode !== 200)
              return resolve(fail("printer-refused", `${about} at CUPS ${words} (HTTP ${response.statusCode ?? 0}).`));
            const answer = decodeResponse(Buffer.concat(parts));
            if (answer === null) return broken("the answer is no IPP");
            // 0x0000–0x00ff are the successful statuses (RFC 8011, appendix B.1.2)
            if (answer.status <= 0x00ff) return resolve(succeed(answer));
            resolve({ ok: false, failure: statusFailure(answer.status, statusMessage(answer.operation), about) });
          });
        },
      );
      call.on("socket", (socket) => socket.once("connect", () => (connected = true)));
      call.on("error", (error) =>
        broken(error.name === "TimeoutError" || error.name === "AbortError" ? `no answer in ${timeoutMs / 1_000} s` : error.message),
      );
      call.end(body);
    });
  return { server, words, ask };
};

/** The attributes that every operation on a queue starts with. */
export const aboutQueue = (queueUri: string): readonly IppWrite[] => [
  { name: "printer-uri", tag: "uri", values: [queueUri] },
  { name: "requesting-user-name", tag: "name", values: ["packbench"] },
];

export const wanted = (...names: readonly string[]): IppWrite => ({ name: "requested-attributes", tag: "keyword", values: names });
