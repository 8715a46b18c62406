import { diagnose, findingNames, type Findings } from '../../protocol/diagnosis';
import type { Doctor } from '../../session/model';

/** What a doctor of the gallery finds. */
export type Checkup = { readonly findings: Findings; readonly ends: 'well' | 'never' | 'not-loaded' };

const healthy: Findings = {
  webrtc: 'yes',
  webcrypto: 'yes',
  network: 'yes',
  permission: 'yes',
  site: 'yes',
  clock: 'yes',
  signIn: 'yes',
  function: 'yes',
  store: 'yes',
  relay: 'yes',
  relayOnly: 'no',
  stun: 'yes',
  nat: 'same',
  turnUdp: 'yes',
  turnTcp: 'yes',
  turnTls: 'absent',
};

/** Nothing is wrong. */
export const allRight: Checkup = { findings: healthy, ends: 'well' };

/** A corporate firewall. */
export const firewall: Checkup = {
  findings: { ...healthy, stun: 'silent', nat: 'unknown', turnUdp: 'silent', turnTcp: 'silent', turnTls: 'silent' },
  ends: 'well',
};

/** A router that makes the relay needed. */
export const symmetric: Checkup = { findings: { ...healthy, nat: 'differs', turnTls: 'yes' }, ends: 'well' };

/** Half of it is known. */
export const busy: Checkup = {
  findings: Object.fromEntries(Object.entries(healthy).slice(0, 9)),
  ends: 'never',
};

/** The doctor did not come. */
export const unloaded: Checkup = { findings: {}, ends: 'not-loaded' };

/** A doctor who finds this. */
export function doctorOf({ findings, ends }: Checkup): Doctor {
  return (_, onFound) => {
    for (const finding of findingNames) {
      const state = findings[finding];
      if (state !== undefined) onFound({ finding, state, ms: 12 });
    }
    if (ends === 'never') return new Promise(() => undefined);
    if (ends === 'not-loaded') return Promise.reject(new Error('gallery: no doctor'));
    return Promise.resolve({ ...diagnose(findings), report: 'Parley check' });
  };
}
