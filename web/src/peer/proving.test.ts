import { assert, asyncProperty, constantFrom, integer } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url';
import type { Agreement } from '../protocol/handshake';
import { keyFromBytes, newLinkId, parseDigest, parseNonce, parseSignature, type RoomId } from '../protocol/ids';
import { parseFrame, type Proof } from '../protocol/message';
import type { LinkPlace } from '../protocol/place';
import { findPrimitives, type Primitives } from '../protocol/primitives';
import { without } from '../protocol/testing/older-browser';
import { Proving } from './proving';

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const digest = () => parseDigest(encodeBase64url(random(32)));
const flipped = (text: string, bit: number) => {
  const bytes = decodeBase64url(text);
  return encodeBase64url(bytes.map((byte, i) => (i === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte)));
};

let primitives: Primitives;
beforeAll(async () => {
  primitives = await findPrimitives(crypto.subtle, random);
});

const newSigner = async () => primitives.signerOf(await primitives.signatures.newKey());

/** What goes through the store between the two. */
async function agreement(caller: Proving, callee: Proving, link: LinkPlace): Promise<Agreement> {
  const { identity: calleeIdentity, nonce: calleeNonce } = callee.revealed;
  const fingerprints = { callerFingerprint: digest(), calleeFingerprint: digest() };
  return { link, ...fingerprints, commitment: await caller.commitment(), calleeIdentity, calleeNonce };
}

async function pair() {
  const caller = new Proving(primitives, 'caller', await newSigner());
  const callee = new Proving(primitives, 'callee', await newSigner());
  const room = encodeBase64url(random(20)) as RoomId;
  const keys = { callerKey: keyFromBytes(random(32)), calleeKey: keyFromBytes(random(32)) };
  const agreed = await agreement(caller, callee, { suite: 1, room, link: newLinkId(random), ...keys });
  return { caller, callee, agreed };
}

const proofOf = async (proving: Proving) => parseFrame(await proving.frame()) as Proof;

describe('Proving', () => {
  it('[H5] [H7] [H8] both prove who they are, and see the same', async () => {
    const { caller, callee, agreed } = await pair();
    for (const one of [caller, callee]) one.agree(agreed);
    const seenByCallee = await callee.check(await proofOf(caller));
    const seenByCaller = await caller.check(await proofOf(callee));
    expect(seenByCallee?.identity).toBe(caller.revealed.identity);
    expect(seenByCaller?.identity).toBe(callee.revealed.identity);
    expect(seenByCaller?.signs).toHaveLength(7);
    expect(seenByCallee).toEqual({ ...seenByCaller, identity: caller.revealed.identity });
  });

  it('[H4] nobody has proved anything to somebody who saw something else', async () => {
    const [ann, ben] = [await newSigner(), await newSigner()];
    const { agreed } = await pair();
    const other = (await pair()).agreed;
    const lies: Partial<Agreement>[] = [
      { callerFingerprint: digest() },
      { calleeFingerprint: digest() },
      { commitment: digest() },
      { calleeIdentity: other.calleeIdentity },
      { calleeNonce: parseNonce(digest()) },
      { link: { ...agreed.link, suite: 2 } },
      { link: { ...agreed.link, room: other.link.room } },
      { link: { ...agreed.link, link: other.link.link } },
      { link: { ...agreed.link, link: null } },
      { link: { ...agreed.link, callerKey: other.link.callerKey } },
      { link: { ...agreed.link, calleeKey: other.link.calleeKey } },
    ];
    for (const lie of lies) {
      const name = Object.keys(lie).join();
      const [caller, callee] = [new Proving(primitives, 'caller', ann), new Proving(primitives, 'callee', ben)];
      const seen = await agreement(caller, callee, agreed.link);
      caller.agree(seen);
      callee.agree({ ...seen, ...lie });
      expect(await callee.check(await proofOf(caller)), name).toBeNull();
      expect(await caller.check(await proofOf(callee)), name).toBeNull();
    }
  });

  it('[H5] whatever bit of a proof is changed, it does not hold', async () => {
    const { caller, callee, agreed } = await pair();
    for (const one of [caller, callee]) one.agree(agreed);
    const proof = await proofOf(caller);
    const part = constantFrom('signature', 'identity', 'nonce');
    await assert(asyncProperty(part, integer({ min: 0, max: 511 }), async (name, bit) => {
      const revealed = proof.revealed ?? caller.revealed;
      const changed = name === 'signature'
        ? { ...proof, signature: parseSignature(flipped(proof.signature, bit)) }
        : { ...proof, revealed: { ...revealed, [name]: flipped(revealed[name as 'identity' | 'nonce'], bit) } };
      expect(await callee.check(changed)).toBeNull();
    }), { numRuns: 60 });
    expect(await callee.check(proof)).not.toBeNull();
  });

  it('[H5] no proof of another link, and not our own, is a proof', async () => {
    const { caller, callee, agreed } = await pair();
    const before = await pair();
    for (const one of [caller, callee]) one.agree(agreed);
    for (const one of [before.caller, before.callee]) one.agree(before.agreed);
    expect(await callee.check(await proofOf(before.caller))).toBeNull();
    expect(await caller.check(await proofOf(before.callee))).toBeNull();
    const own = await proofOf(callee);
    expect(await callee.check(own)).toBeNull();
    expect(await callee.check({ ...own, revealed: callee.revealed })).toBeNull();
    expect(await caller.check({ ...(await proofOf(caller)), revealed: null })).toBeNull();
  });

  it('[H3] the caller is who it committed to be, and says so; the callee does not', async () => {
    const { caller, callee, agreed } = await pair();
    for (const one of [caller, callee]) one.agree(agreed);
    const proof = await proofOf(caller);
    expect(await callee.check({ ...proof, revealed: null })).toBeNull();
    expect(await callee.check({ ...proof, revealed: callee.revealed })).toBeNull();
    expect(await caller.check({ ...(await proofOf(callee)), revealed: callee.revealed })).toBeNull();
  });

  it('an older browser and a newer one prove it to each other', async () => {
    const older = await findPrimitives(without('X25519', 'Ed25519'), random);
    const caller = new Proving(older, 'caller', await older.signerOf(await older.signatures.newKey()));
    const callee = new Proving(primitives, 'callee', await newSigner());
    const seen = await agreement(caller, callee, (await pair()).agreed.link);
    for (const one of [caller, callee]) one.agree(seen);
    expect((await callee.check(await proofOf(caller)))?.identity).toBe(caller.revealed.identity);
    expect((await caller.check(await proofOf(callee)))?.identity).toBe(callee.revealed.identity);
  });
});
