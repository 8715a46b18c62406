/** The doctor of the real browser. It comes when somebody asks for it, and needs nothing of the session. */
import type { FindingState } from '../protocol/diagnosis';
import { browserTimers, loadConfig } from './browser';
import { examine } from './doctor';
import type { Doctor } from './model';

/** Looks at what a connection needs, from here and now. */
export const doctor: Doctor = (relayOnly, onFound, signal) =>
  examine(
    {
      fetch: (input, init) => fetch(input, init),
      timers: browserTimers,
      config: loadConfig,
      connect: typeof RTCPeerConnection === 'function' ? (config) => new RTCPeerConnection(config) : null,
      secure: globalThis.isSecureContext,
      online: navigator.onLine || /^(localhost|127\.0\.0\.1|\[::1\])$/u.test(window.location.hostname),
      permission: localNetwork,
      about: `system: ${systemOf(navigator.userAgent)}`,
    },
    relayOnly,
    onFound,
    signal,
  );

/** Some browsers ask before a page may reach devices of the local network; only «no» is worth a word. */
async function localNetwork(): Promise<FindingState> {
  try {
    const name = 'local-network-access' as PermissionName; // TypeScript does not know it yet
    return (await navigator.permissions.query({ name })).state === 'denied' ? 'no' : 'yes';
  } catch {
    return 'unknown';
  }
}

/** Browser and system by name alone: not versions, which would tell people apart. */
function systemOf(agent: string): string {
  const browser = /Edg|Firefox|Chrome|Safari/u.exec(agent.replace(/Chrome.*(?=Edg)/u, ''))?.[0] ?? 'other';
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/u.exec(agent)?.[0] ?? 'other';
  return `${browser}, ${system}`;
}
