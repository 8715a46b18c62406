/**
 * One side of the handshake of one link (SPEC H3–H7): what it tells before the channel is open, its proof, and the check
 * of the other's. It knows no channel: {@link Gate} does.
 */
import type { Role } from '../protocol/api';
import { commitmentOf, safetyEmoji, signedBytes, transcriptOf, type Agreement } from '../protocol/handshake';
import { newNonce, type Digest, type IdentityKey, type Nonce } from '../protocol/ids';
import { encodeFrame, type Proof } from '../protocol/message';
import type { Primitives } from '../protocol/primitives';
import { emojiSign, type EmojiSign } from '../protocol/safety-emoji';
import { safetyNumber } from '../protocol/safety-number';
import type { Signer } from '../protocol/signing';

/** Who is at the other end, and what people compare to be sure of it. */
export type Proved = {
  readonly identity: IdentityKey;
  /** The seven signs (H7). */
  readonly signs: readonly EmojiSign[];
  /** The safety number (H8): it says something only where both identities last. */
  readonly number: string;
};

/** What both have seen, hashed. */
type Seen = { readonly agreed: Agreement; readonly transcript: Uint8Array<ArrayBuffer> };

/** Owned by one connection. It keeps a nonce that nobody may learn before the channel is open. */
export class Proving {
  readonly #primitives: Primitives;
  readonly #role: Role;
  readonly #signer: Signer;
  readonly #nonce: Nonce;
  #agree: (seen: Promise<Seen>) => void = () => undefined;
  /** Settles when {@link agree} was called. */
  readonly #seen = new Promise<Seen>((resolve) => (this.#agree = resolve));

  constructor(primitives: Primitives, role: Role, signer: Signer) {
    this.#primitives = primitives;
    this.#role = role;
    this.#signer = signer;
    this.#nonce = newNonce(primitives.random);
  }

  /** The caller's, for its offer. */
  commitment(): Promise<Digest> {
    return commitmentOf(this.#primitives.subtle, this.#signer.identity, this.#nonce);
  }

  /** The callee's, for its answer. */
  get revealed(): { readonly identity: IdentityKey; readonly nonce: Nonce } {
    return { identity: this.#signer.identity, nonce: this.#nonce };
  }

  /** Both descriptions are known. Once. */
  agree(agreed: Agreement): void {
    this.#agree(transcriptOf(this.#primitives.subtle, agreed).then((transcript) => ({ agreed, transcript })));
  }

  /** Our proof, as a frame; when both have agreed. */
  async frame(): Promise<string> {
    const { transcript } = await this.#seen;
    const signature = await this.#signer.sign(signedBytes(this.#role, transcript));
    return encodeFrame({ t: 'proof', revealed: this.#role === 'caller' ? this.revealed : null, signature });
  }

  /** Who has proved it; null if the proof does not hold (H6). */
  async check({ revealed, signature }: Proof): Promise<Proved | null> {
    const { agreed, transcript } = await this.#seen;
    const { subtle, signatures } = this.#primitives;
    const theirs = await this.#claimed(agreed, revealed);
    if (theirs === null) return null;
    const other = this.#role === 'caller' ? 'callee' : 'caller';
    if (!(await signatures.verify(theirs.identity, signedBytes(other, transcript), signature))) return null;
    const caller = this.#role === 'caller' ? this.revealed : theirs;
    const [numbers, number] = await Promise.all([
      safetyEmoji(subtle, transcript, caller.identity, caller.nonce),
      safetyNumber(subtle, this.#signer.identity, theirs.identity),
    ]);
    return { identity: theirs.identity, signs: numbers.map(emojiSign), number };
  }

  /** Who the other says it is: the callee has said so in its answer, the caller must be who it committed to be. */
  async #claimed(agreed: Agreement, revealed: Proof['revealed']) {
    if (this.#role === 'caller') {
      return revealed === null ? { identity: agreed.calleeIdentity, nonce: agreed.calleeNonce } : null;
    }
    if (revealed === null) return null;
    const committed = await commitmentOf(this.#primitives.subtle, revealed.identity, revealed.nonce);
    return committed === agreed.commitment ? revealed : null;
  }
}
