/** Runs in a page of Parley: puts rooms in which much was said into what the browser keeps, by the app's own code. */
import type { EventId, IdentityKey } from '../../../web/src/protocol/ids.ts';
import { eventKinds } from '../../../web/src/protocol/event-header.ts';
import { encodeAdmission } from '../../../web/src/protocol/event-member.ts';
import { encodeSaid } from '../../../web/src/protocol/event-text.ts';
import { findPrimitives } from '../../../web/src/protocol/primitives.ts';
import { newRoomCode } from '../../../web/src/protocol/room-code.ts';
import type { KeptEvent } from '../../../web/src/room/member/config.ts';
import { Writer } from '../../../web/src/room/history/writer.ts';
import { openBrowserArchive } from '../../../web/src/session/browser-archive.ts';
import { openBrowserStore } from '../../../web/src/session/browser-store.ts';
import { deviceSigner } from '../../../web/src/session/device-key.ts';

declare global {
  /** A room of this name, of the device and four others, in which so many texts were said. The word is in one of them. */
  var fillRoom: (name: string, texts: number, word: string) => Promise<void>;
}

const OTHERS = ['Ben', 'Cem', 'Dan', 'Eve'];
/** Between two texts, in milliseconds: some stacks, some days. */
const PAUSE_MS = 40_000;
const WORDS = 'a tree grows slowly where nobody looks and the wind that comes at night has nothing to say about it'.split(' ');

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

globalThis.fillRoom = async (name, texts, word) => {
  const primitives = await findPrimitives(crypto.subtle, random);
  const device = await deviceSigner(await openBrowserStore(), primitives);
  const founder = new Writer(device, random);
  let now = Date.now() - (texts + 1) * PAUSE_MS;
  const settings = { name, topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 } as const;
  const { history, event: root } = await founder.begin(settings, now);
  const kept: KeptEvent[] = [{ ...root, at: now }];
  const admit = async (member: IdentityKey, called: string) => {
    const body = encodeAdmission({ member, name: called });
    kept.push({ ...(await founder.append(history, eventKinds.admission, body, now)).event, at: now });
  };
  await admit(device.identity, 'Ann');
  const writers = [founder];
  for (const called of OTHERS) {
    const signer = await primitives.signerOf(await primitives.signatures.newKey());
    await admit(signer.identity, called);
    writers.push(new Writer(signer, random));
  }
  for (let i = 0; i < texts; i++) {
    now += PAUSE_MS;
    // Some say several things one after the other; some of these are long.
    const writer = writers[Math.floor(i / 3) % writers.length] as Writer;
    const length = i % 10 === 0 ? 60 : 4 + (i % 13);
    const said = Array.from({ length }, (_, at) => WORDS[(i + at * 7) % WORDS.length]).join(' ');
    const text = i === Math.floor(texts / 3) ? `${said} ${word}` : `${said}, ${i}`;
    kept.push({ ...(await writer.append(history, eventKinds.text, encodeSaid({ text, reply: null }), now)).event, at: now });
  }
  const { archive } = await openBrowserArchive(crypto.subtle, random);
  await archive.add(root.id, kept);
  await archive.keep({
    root: root.id,
    codes: [{ epoch: 0, code: newRoomCode(random) }],
    chain: null,
    seen: (kept.at(-1) as { readonly id: EventId }).id,
    hidden: [],
    card: { name, founder: true, unread: 0, last: null },
    at: Date.now(),
  });
};
