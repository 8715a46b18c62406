/** How bytes travel, read from getStats (W3C webrtc-stats). */

/** `unknown` until the browser says. */
export type Path = 'unknown' | 'direct' | 'relayed';

/** As much of an RTCStatsReport as is read here. */
export type StatsReport = { forEach(visit: (stats: unknown) => void): void };

type Stats = { readonly [name: string]: unknown };

/** Finds the selected candidate pair, and whether either of its ends is a relay. */
export function pathOf(report: StatsReport): Path {
  const byId = new Map<unknown, Stats>();
  report.forEach((stats) => {
    if (typeof stats === 'object' && stats !== null) byId.set((stats as Stats)['id'], stats as Stats);
  });
  const pair = selectedPair([...byId.values()], byId);
  const local = byId.get(pair?.['localCandidateId']);
  const remote = byId.get(pair?.['remoteCandidateId']);
  if (local === undefined || remote === undefined) return 'unknown';
  return local['candidateType'] === 'relay' || remote['candidateType'] === 'relay' ? 'relayed' : 'direct';
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
