/** {@link createMeeting} in the real browser: a chunk of its own. */
import { Failure } from '../protocol/failures';
import type { RandomBytes } from '../protocol/ids';
import { findPrimitives } from '../protocol/primitives';
import type { Timers } from '../signaling/timers';
import { openBrowserStore } from './browser-store';
import { createMeeting } from './meeting';
import type { Meeting } from './ports';

/** @throws Failure `browser_too_old`. */
export async function meetInBrowser(subtle: SubtleCrypto | null, random: RandomBytes, timers: Timers): Promise<Meeting> {
  const [primitives, store] = await Promise.all([findPrimitives(subtle, random), openBrowserStore()]);
  return createMeeting({ primitives, store, timers, connect: webRtc });
}

function webRtc(configuration: RTCConfiguration): RTCPeerConnection {
  if (typeof RTCPeerConnection === 'undefined') throw new Failure('browser_too_old');
  return new RTCPeerConnection(configuration);
}
