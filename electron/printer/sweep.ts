import { connect } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";

/** The port on which label printers take their language as it is (AppSocket). */
export const RAW_PORT = 9_100;
/** A printer in the same building answers in a few ms; nobody waits longer for 254 addresses that nobody has. */
const KNOCK_WITHIN_MS = 400;
/** More at once and small routers drop them. */
const AT_A_TIME = 48;
/** Cable, radio, and one more: what else there is are tunnels and virtual machines. */
const MOST_NETWORKS = 3;

export type Address = Readonly<{ host: string; port: number }>;

/** Every address beside this PC's own in its own networks of 254: the last number of each address is varied, whatever the mask says. */
export const neighbours = (interfaces: Readonly<NodeJS.Dict<readonly NetworkInterfaceInfo[]>>): readonly Address[] => {
  const own = Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(({ family, internal, address }) => family === "IPv4" && !internal && !address.startsWith("169.254."));
  const networks = [...new Set(own.map(({ address }) => address.split(".").slice(0, 3).join(".")))].slice(0, MOST_NETWORKS);
  return networks
    .flatMap((network) => Array.from({ length: 254 }, (_one, index) => `${network}.${index + 1}`))
    .filter((host) => own.every(({ address }) => address !== host))
    .map((host) => ({ host, port: RAW_PORT }));
};

/** True when somebody listens there. An empty connection: not a byte is sent, so nothing can print. */
export const knock = ({ host, port }: Address, withinMs: number = KNOCK_WITHIN_MS): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    const end = (there: boolean): void => {
      socket.destroy();
      resolve(there);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.on("error", () => end(false));
  });

/** Knocks on each of the addresses, some at a time, and gives those where somebody listens, in their order. */
export const sweep = async (addresses: readonly Address[], atATime: number = AT_A_TIME): Promise<readonly Address[]> => {
  const there = new Set<Address>();
  let next = 0;
  const walk = async (): Promise<void> => {
    for (let address = addresses[next++]; address !== undefined; address = addresses[next++]) if (await knock(address)) there.add(address);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, addresses.length) }, walk));
  return addresses.filter((address) => there.has(address));
};
