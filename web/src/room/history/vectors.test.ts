import { describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../protocol/base64url';
import { FaultError, parseEvent } from '../../protocol/event';
import { webSignatures } from '../../protocol/signing';
import { casesOf } from '../../protocol/testing/vectors';
import { History, type Change } from './history';
import { start } from './testing/people';

const signatures = webSignatures(crypto.subtle);
const hex = (id: string) => Buffer.from(decodeBase64url(id)).toString('hex');
const unhex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

type VectorEvent = { readonly hex: string; readonly expect: string; readonly rule?: string };

/** What the vectors call what came of an event. */
function outcome({ refused, missing, taken }: Change, says: boolean): Omit<VectorEvent, 'hex'> {
  if (refused instanceof FaultError) return { expect: 'fault', rule: refused.because.rule };
  if (refused !== null) return { expect: 'incomplete' };
  if (missing.length > 0 || taken.length === 0) return { expect: 'waits' };
  return { expect: says ? 'taken' : 'silent' };
}

describe('history.json', () => {
  for (const one of casesOf('history.json', ['rootHex', 'events', 'order'])) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const [first, ...rest] = one['events'] as VectorEvent[];
      const root = await parseEvent(unhex(String(first?.hex)), null, signatures);
      expect([hex(root.id), first?.expect]).toEqual([one['rootHex'], 'taken']);
      const history = new History(root, start);
      for (const { hex: data, ...want } of rest) {
        const event = await parseEvent(unhex(data), root.id, signatures);
        const change = history.add(event, start);
        expect(outcome(change, history.says(event.id))).toEqual(want);
      }
      expect(history.events().filter((id) => history.says(id)).map(hex)).toEqual(one['order']);
    });
  }
});
