/** What the two sides of a link write for each other: sealed for its place, opened at its place (SPEC L1–L5). */
import type { Role } from '../protocol/api';
import type { Bytes } from '../protocol/base64url';
import { Failure } from '../protocol/failures';
import { NotOpened, ParseError, UnsupportedSuite, UnsupportedVersion } from '../protocol/parse-error';
import {
  encodeAnswer, encodeBatch, encodeOffer, parseAnswer, parseBatch, parseOffer, type Answer, type Batch, type Offer,
} from '../protocol/payload';
import { placeOf, type LinkPlace, type PayloadKind } from '../protocol/place';
import type { Sealer } from '../protocol/seal';

/** The payloads of one side of one link. */
export class SealedLink {
  /** What is sealed for, and what both sign that they are on. */
  readonly place: LinkPlace;
  readonly #sealer: Sealer;
  readonly #role: Role;
  readonly #other: Role;

  constructor(sealer: Sealer, place: LinkPlace, role: Role) {
    this.#sealer = sealer;
    this.place = place;
    this.#role = role;
    this.#other = role === 'caller' ? 'callee' : 'caller';
  }

  /** @throws Failure `protocol_error` when the other's key is none. */
  sealOffer(offer: Offer): Promise<Bytes> {
    return this.#seal('offer', 0, () => encodeOffer(offer));
  }

  /** @throws as {@link sealOffer}. */
  sealAnswer(answer: Answer): Promise<Bytes> {
    return this.#seal('answer', 0, () => encodeAnswer(answer));
  }

  /** @throws as {@link sealOffer}. */
  sealBatch(number: number, batch: Batch): Promise<Bytes> {
    return this.#seal('batch', number, () => encodeBatch(batch));
  }

  /** @throws Failure `tampered` for what was not sealed for here (L5), `protocol_error` for what is no offer (P4). */
  openOffer(payload: Uint8Array): Promise<Offer> {
    return this.#open('offer', 0, payload, parseOffer);
  }

  /** @throws as {@link openOffer}. */
  openAnswer(payload: Uint8Array): Promise<Answer> {
    return this.#open('answer', 0, payload, parseAnswer);
  }

  /** @throws as {@link openOffer}. */
  openBatch(number: number, payload: Uint8Array): Promise<Batch> {
    return this.#open('batch', number, payload, parseBatch);
  }

  async #seal(kind: PayloadKind, number: number, encode: () => Bytes): Promise<Bytes> {
    try {
      return await this.#sealer.seal(placeOf(this.place, this.#role, kind, number), encode());
    } catch (error) {
      throw named(error);
    }
  }

  async #open<T>(kind: PayloadKind, number: number, payload: Uint8Array, parse: (content: Bytes) => T): Promise<T> {
    try {
      return parse(await this.#sealer.open(placeOf(this.place, this.#other, kind, number), payload));
    } catch (error) {
      throw named(error);
    }
  }
}

function named(cause: unknown): unknown {
  if (cause instanceof NotOpened) return new Failure('tampered', { cause });
  const faults = [ParseError, UnsupportedVersion, UnsupportedSuite];
  return faults.some((fault) => cause instanceof fault) ? new Failure('protocol_error', { cause }) : cause;
}
