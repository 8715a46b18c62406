/** Asks STUN and TURN servers by gathering candidates: all that a browser lets a page do. */
import type { IceServer } from '../protocol/api';
import type { FindingState } from '../protocol/diagnosis';
import type { Timers } from '../signaling/timers';

/** Makes a connection; throws where there is no WebRTC. */
export type Connect = (configuration: RTCConfiguration) => RTCPeerConnection;

/** What one gathering found. No address leaves this module. */
type Gathered = {
  /** Own addresses as servers saw them, by the socket that they were seen of (RFC 8445: foundation). */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  readonly relayed: boolean;
  readonly errors: readonly number[];
  /** False: time was up. */
  readonly complete: boolean;
};

/** Error codes of RTCPeerConnectionIceErrorEvent: none is a server's below this; 701 is «not reached». */
const firstServerError = 300;
const notReached = 701;
/** Allocation quota reached, insufficient capacity (RFC 8656). */
const fullErrors = [486, 508];

/** Gathers until all servers have answered or `ms` are over. */
function gather(connect: Connect, configuration: RTCConfiguration, timers: Timers, ms: number): Promise<Gathered> {
  const connection = connect(configuration);
  const relayOnly = configuration.iceTransportPolicy === 'relay';
  const seen = new Map<string, Set<string>>();
  const errors: number[] = [];
  connection.addEventListener('icecandidateerror', ({ errorCode }) => void errors.push(errorCode));
  return new Promise((resolve, reject) => {
    const end = (complete: boolean, relayed = false) => {
      cancel();
      connection.close();
      resolve({ seen, relayed, errors, complete });
    };
    const cancel = timers.after(ms, () => end(false));
    connection.addEventListener('icecandidate', ({ candidate }) => {
      // A relay that has answered is all that was asked for.
      if (relayOnly && candidate?.type === 'relay') return end(true, true);
      if (candidate?.type !== 'srflx') return undefined;
      const socket = candidate.foundation ?? '';
      seen.set(socket, (seen.get(socket) ?? new Set()).add(`${candidate.address} ${candidate.port}`));
      return undefined;
    });
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') end(true);
    });
    connection.createDataChannel('probe');
    connection.setLocalDescription().catch((error: unknown) => {
      end(false);
      reject(error);
    });
  });
}

/**
 * Asks STUN servers by UDP, and learns what the NAT does (SPEC G6).
 * @param servers - those of `stun:` URLs, and relays by UDP, which are STUN servers too.
 */
export async function probeBinding(
  connect: Connect,
  servers: readonly IceServer[],
  timers: Timers,
  ms: number,
): Promise<{ readonly stun: FindingState; readonly nat: FindingState }> {
  const stun = servers.filter(({ username }) => username === undefined);
  const hosts = new Set(servers.flatMap(({ urls }) => urls.map((url) => url.split(/[:?]/u)[1] ?? '')));
  const [answered, all] = await Promise.all([
    stun.length === 0 ? null : gather(connect, { iceServers: copy(stun) }, timers, ms),
    servers.length === 0 ? null : gather(connect, { iceServers: copy(servers) }, timers, ms),
  ]);
  return { stun: answered === null ? 'absent' : bindingOf(answered), nat: all === null ? 'unknown' : natOf(all, hosts.size) };
}

function bindingOf({ seen, errors, complete }: Gathered): FindingState {
  // A device without a NAT sees nothing new: then the end without an error is the answer.
  return seen.size > 0 || (complete && errors.length === 0) ? 'yes' : 'silent';
}

function natOf({ seen, errors, complete }: Gathered, hosts: number): FindingState {
  if ([...seen.values()].some((addresses) => addresses.size > 1)) return 'differs';
  if (!complete || errors.length > 0) return 'unknown';
  if (seen.size === 0) return 'open';
  return hosts > 1 ? 'same' : 'unknown';
}

/** Asks one relay for an address (and gives it back by closing the connection). */
export async function probeRelay(
  connect: Connect,
  server: IceServer,
  timers: Timers,
  ms: number,
): Promise<FindingState> {
  const { relayed, errors, complete } = await gather(
    connect,
    { iceServers: copy([server]), iceTransportPolicy: 'relay' },
    timers,
    ms,
  );
  if (relayed) return 'yes';
  const told = errors.filter((code) => code >= firstServerError && code < notReached);
  if (told.some((code) => fullErrors.includes(code))) return 'full';
  if (told.length > 0) return 'refused';
  // What ends before its time was ended by somebody: no name, no listener, no TLS.
  return complete ? 'closed' : 'silent';
}

/** As RTCPeerConnection takes them. */
function copy(servers: readonly IceServer[]): RTCIceServer[] {
  return servers.map((server) => ({ ...server, urls: [...server.urls] }));
}
