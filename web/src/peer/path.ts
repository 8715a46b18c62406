/** How bytes travel, read from getStats (W3C webrtc-stats). */

/** `unknown` until the browser says. */
export type Path = 'unknown' | 'direct' | 'relayed';

/** What carries the bytes on the way that this side knows. */
export type Carrier = 'udp' | 'tcp' | 'tls';

/** The path in use, and what is measured of it. */
export type Line = {
  readonly path: Path;
  /** True if this side has the relay: otherwise it is the other's, or there is none. */
  readonly ownRelay: boolean;
  /** To the own relay, or to the other on a direct path; null for the other's relay, and where the browser does not say. */
  readonly carrier: Carrier | null;
  /** There and back, in milliseconds, when it was last measured; null before. */
  readonly roundTripMs: number | null;
};

/** Before anything is known, and when nothing can be. */
export const unknownLine: Line = { path: 'unknown', ownRelay: false, carrier: null, roundTripMs: null };

/** As much of an RTCStatsReport as is read here. */
export type StatsReport = { forEach(visit: (stats: unknown) => void): void };

type Stats = { readonly [name: string]: unknown };

/** Finds the selected candidate pair, whether either of its ends is a relay, and what is measured of it. */
export function lineOf(report: StatsReport): Line {
  const byId = new Map<unknown, Stats>();
  report.forEach((stats) => {
    if (typeof stats === 'object' && stats !== null) byId.set((stats as Stats)['id'], stats as Stats);
  });
  const pair = selectedPair([...byId.values()], byId);
  const local = byId.get(pair?.['localCandidateId']);
  const remote = byId.get(pair?.['remoteCandidateId']);
  if (local === undefined || remote === undefined) return unknownLine;
  const ownRelay = local['candidateType'] === 'relay';
  const theirs = remote['candidateType'] === 'relay';
  const seconds = pair?.['currentRoundTripTime'];
  return {
    path: ownRelay || theirs ? 'relayed' : 'direct',
    ownRelay,
    carrier: ownRelay ? carrierOf(local['relayProtocol']) : theirs ? null : carrierOf(local['protocol']),
    roundTripMs: typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null,
  };
}

function carrierOf(protocol: unknown): Carrier | null {
  return protocol === 'udp' || protocol === 'tcp' || protocol === 'tls' ? protocol : null;
}

function selectedPair(all: readonly Stats[], byId: ReadonlyMap<unknown, Stats>): Stats | undefined {
  for (const stats of all) {
    if (stats['type'] === 'transport' && stats['selectedCandidatePairId'] !== undefined) {
      return byId.get(stats['selectedCandidatePairId']);
    }
  }
  // Firefox marks the pair itself.
  return all.find((stats) => stats['type'] === 'candidate-pair' && stats['selected'] === true);
}
