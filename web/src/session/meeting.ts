/**
 * What it takes to meet somebody: who finds whom, connections, and what seals and proves them. The first screen needs
 * none of it, so the page loads it afterwards.
 */
import type { Primitives } from '../protocol/primitives';
import { newOwnKey, roomSealer } from '../protocol/seal';
import type { Signer } from '../protocol/signing';
import { Peer } from '../peer/connection';
import type { Timers } from '../signaling/timers';
import { deviceSigner } from './device-key';
import type { DeviceStore } from './device-store';
import { People } from './people';
import type { Meeting } from './ports';
import { meetStranger } from './stranger';

/** What it is made of. */
export type MeetingParts = {
  readonly primitives: Primitives;
  readonly store: DeviceStore;
  readonly timers: Timers;
  /** Makes the browser's connection. */
  readonly connect: (configuration: RTCConfiguration) => RTCPeerConnection;
};

/** One for a page. */
export function createMeeting({ primitives, store, timers, connect }: MeetingParts): Meeting {
  const { hpke, signatures, subtle, random } = primitives;
  // Also the key of a browser that cannot keep one lasts as long as the page.
  let device: Promise<Signer> | null = null;
  return {
    meetStranger,
    connect: (plan, observer) => new Peer({ ...plan, primitives, timers, connect }, observer),
    newKey: () => newOwnKey(hpke),
    roomSealer: (code) => roomSealer(code, subtle, random),
    newSigner: async () => primitives.signerOf(await signatures.newKey()),
    deviceSigner: () => (device ??= deviceSigner(store, primitives)),
    people: new People(store, () => timers.now()),
    signatures,
  };
}
