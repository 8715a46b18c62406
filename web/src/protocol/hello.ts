/** The first frame of each side after its proof: which stream it speaks, and how far it has heard the other's (SPEC M1). */
import { parseStreamId, type StreamId } from './ids';
import { asJsonObject, flagMember, member, textMember, wholeMember, type JsonObject } from './json-object';
import { ParseError } from './parse-error';
import { parseRoomCode, type RoomCode } from './room-code';

/** How far a stream was taken. */
export type Heard = { readonly stream: StreamId; readonly n: number };

export type Hello = {
  readonly t: 'hello';
  readonly stream: StreamId;
  /** The number of the first text that may come. */
  readonly from: number;
  /** Null if nothing of the other was heard before. */
  readonly heard: Heard | null;
  /** The room where strangers find each other again; null elsewhere (M8). */
  readonly reunion: RoomCode | null;
  /** ICE can be restarted over the channel (M7). */
  readonly restart: boolean;
};

const greatest = Number.MAX_SAFE_INTEGER;

export function encodeHello({ t, stream, from, heard, reunion, restart }: Hello): string {
  const said = heard === null ? undefined : { stream: heard.stream, n: heard.n };
  return JSON.stringify({ t, stream, from, heard: said, reunion: reunion ?? undefined, restart: restart || undefined });
}

/** @throws ParseError (M1, M7, M8). */
export function parseHello(object: JsonObject): Hello {
  const stream = parseStreamId(textMember(object, 'M1', 'stream'));
  const from = wholeMember(object, 'M1', 'from', 1, greatest);
  const [heard, reunion] = [member(object, 'heard'), member(object, 'reunion')];
  return {
    t: 'hello',
    stream,
    from,
    heard: heard === undefined ? null : parseHeard(asJsonObject('M1', 'heard', heard)),
    reunion: reunion === undefined ? null : parseReunion(textMember(object, 'M8', 'reunion')),
    restart: flagMember(object, 'M7', 'restart'),
  };
}

function parseHeard(object: JsonObject): Heard {
  const stream = parseStreamId(textMember(object, 'M1', 'stream'));
  return { stream, n: wholeMember(object, 'M1', 'n', 0, greatest) };
}

/** A code, and nothing around it. */
function parseReunion(text: string): RoomCode {
  const code = parseRoomCode(text);
  if (code !== text) throw new ParseError('M8', 'reunion', 'not a room code');
  return code;
}
