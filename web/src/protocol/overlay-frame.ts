/** Frames between neighbours in a room of many (SPEC section 14). */
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import { parseGossipId, parseIdentityKey, parseLinkId, type GossipId, type IdentityKey, type LinkId } from './ids';
import { flagMember, member, textMember, wholeMember, type JsonObject } from './json-object';
import { maxEventBytes, maxGossipIds, maxHops, maxLeft, maxSealedBytes, presenceBytes } from './limits';
import { frameObject } from './message';
import { ParseError } from './parse-error';

/** What is broadcast (O3): the bytes of an event (E1 to E3) or of a presence (O2). */
export type Gossip = {
  readonly t: 'gossip';
  readonly hops: number;
  readonly of: 'event' | 'presence';
  readonly bytes: Bytes;
};

/** What the sender has (O4): for each id the hops with which it would send it. */
export type IHave = { readonly t: 'ihave'; readonly ids: readonly GossipId[]; readonly hops: readonly number[] };

/** Asks for items, or, without any, puts the link into an author's tree (O5). */
export type Graft =
  | { readonly t: 'graft'; readonly ids: readonly GossipId[] }
  | { readonly t: 'graft'; readonly from: IdentityKey };

/** Takes the link out of an author's tree (O5). */
export type Prune = { readonly t: 'prune'; readonly from: IdentityKey };

/** A newcomer's name on its walk (O6). */
export type ForwardJoin = { readonly t: 'forwardjoin'; readonly from: IdentityKey; readonly left: number };

/** What an introduction carries (O8); `unreachable` is said in the called one's name by who knows no way to it. */
export type IntroductionStep = 'offer' | 'answer' | 'refusal' | 'unreachable';

/** One that a member asks another to pass on (O8). `sealed` is empty with `refusal` and `unreachable`. */
export type Introduce = {
  readonly t: 'introduce';
  readonly from: IdentityKey;
  readonly to: IdentityKey;
  readonly left: number;
  readonly step: IntroductionStep;
  readonly link: LinkId;
  readonly urgent: boolean;
  readonly sealed: Bytes;
};

/** One frame between neighbours: `join` is O6's, `part` O7's. */
export type OverlayFrame =
  | Gossip | IHave | Graft | Prune | ForwardJoin | Introduce | { readonly t: 'join' } | { readonly t: 'part' };

/** What a frame turned out to be: `unknown` is well-formed, of a kind that is none of these (C2). */
export type ParsedOverlayFrame = OverlayFrame | { readonly t: 'unknown' };

/**
 * Writes a frame.
 * @throws ParseError for what {@link parseOverlayFrame} would refuse.
 */
export function encodeOverlayFrame(frame: OverlayFrame): string {
  const text = JSON.stringify(overlayForm(frame));
  parseOverlayFrame(text);
  return text;
}

/** The members in the order in which both languages write them. */
export function overlayForm(frame: OverlayFrame): object {
  switch (frame.t) {
    case 'gossip':
      return { t: frame.t, hops: frame.hops, [frame.of]: encodeBase64url(frame.bytes) };
    case 'ihave':
      return { t: frame.t, hops: frame.hops, ids: frame.ids };
    case 'introduce': {
      const { t, from, to, left, step, link, urgent, sealed } = frame;
      const carried = sealed.length > 0 ? encodeBase64url(sealed) : undefined;
      return { t, from, to, left, step, link, urgent: urgent || undefined, sealed: carried };
    }
    case 'forwardjoin':
      return { t: frame.t, from: frame.from, left: frame.left };
    case 'graft':
      return 'ids' in frame ? { t: frame.t, ids: frame.ids } : { t: frame.t, from: frame.from };
    case 'prune':
      return { t: frame.t, from: frame.from };
    case 'join':
    case 'part':
      return { t: frame.t };
  }
}

/**
 * Reads a frame as the channel delivered it.
 * @throws ParseError (C2, C4, O3–O8): the frame is dropped, the channel stays open.
 */
export function parseOverlayFrame(frame: unknown): ParsedOverlayFrame {
  const object = frameObject(frame);
  return parseOverlayObject(object, textMember(object, 'C2', 't'));
}

/** {@link parseOverlayFrame} of a frame that is read already, and its `t`. */
export function parseOverlayObject(object: JsonObject, t: string): ParsedOverlayFrame {
  switch (t) {
    case 'gossip':
      return parseGossip(object);
    case 'ihave':
      return parseIHave(object);
    case 'graft':
      if (member(object, 'ids') !== undefined) return { t, ids: parseIds(object, 'O5') };
      return { t, from: identityMember(object, 'O5', 'from') };
    case 'prune':
      return { t, from: identityMember(object, 'O5', 'from') };
    case 'forwardjoin':
      return { t, from: identityMember(object, 'O6', 'from'), left: wholeMember(object, 'O6', 'left', 0, maxLeft) };
    case 'introduce':
      return parseIntroduce(object);
    case 'join':
    case 'part':
      return { t };
    default:
      return { t: 'unknown' };
  }
}

/** An event or a presence, not both. */
function parseGossip(object: JsonObject): Gossip {
  const hops = wholeMember(object, 'O3', 'hops', 1, maxHops);
  if (member(object, 'presence') === undefined) {
    return { t: 'gossip', hops, of: 'event', bytes: bytesMember(object, 'O3', 'event', maxEventBytes) };
  }
  if (member(object, 'event') !== undefined) throw new ParseError('O3', 'presence', 'beside an event');
  const bytes = bytesMember(object, 'O2', 'presence', presenceBytes);
  if (bytes.length !== presenceBytes) throw new ParseError('O2', 'presence', `want ${presenceBytes} bytes`);
  return { t: 'gossip', hops, of: 'presence', bytes };
}

/** Ids, and as many hops. */
function parseIHave(object: JsonObject): IHave {
  const ids = parseIds(object, 'O4');
  const hops = member(object, 'hops');
  if (!Array.isArray(hops) || hops.length !== ids.length) throw new ParseError('O4', 'hops', 'want one for each id');
  return { t: 'ihave', ids, hops: hops.map((one: unknown) => wholeMember({ hops: one }, 'O4', 'hops', 1, maxHops)) };
}

function parseIds(object: JsonObject, rule: string): GossipId[] {
  const ids = member(object, 'ids');
  if (!Array.isArray(ids) || ids.length < 1 || ids.length > maxGossipIds) {
    throw new ParseError(rule, 'ids', `want a list of 1 to ${maxGossipIds}`);
  }
  return ids.map(parseGossipId);
}

function parseIntroduce(object: JsonObject): Introduce {
  const from = identityMember(object, 'O8', 'from');
  const to = identityMember(object, 'O8', 'to');
  if (from === to) throw new ParseError('O8', 'to', 'the same as from');
  const left = wholeMember(object, 'O8', 'left', 0, maxLeft);
  const urgent = flagMember(object, 'O8', 'urgent');
  const link = parseLinkId(textMember(object, 'O8', 'link'));
  const step = parseStep(textMember(object, 'O8', 'step'));
  const carries = step === 'offer' || step === 'answer';
  const sealed = carries ? bytesMember(object, 'O8', 'sealed', maxSealedBytes) : new Uint8Array();
  return { t: 'introduce', from, to, left, step, link, urgent, sealed };
}

function parseStep(text: string): IntroductionStep {
  if (text === 'offer' || text === 'answer' || text === 'refusal' || text === 'unreachable') return text;
  throw new ParseError('O8', 'step', 'none of the four');
}

function identityMember(object: JsonObject, rule: string, name: string): IdentityKey {
  return parseIdentityKey(textMember(object, rule, name));
}

/** The base64url of 1 to `limit` bytes (V1). */
function bytesMember(object: JsonObject, rule: string, name: string, limit: number): Bytes {
  const text = textMember(object, rule, name);
  if (text === '' || text.length > Math.ceil((limit * 8) / 6)) {
    throw new ParseError(rule, name, `want 1 to ${limit} bytes`);
  }
  return decodeBase64url(text);
}
