import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../../protocol/base64url';
import { parseEvent, type Event } from '../../protocol/event';
import { eventKinds } from '../../protocol/event-header';
import { webSignatures } from '../../protocol/signing';
import { casesOf } from '../../protocol/testing/vectors';
import { History } from '../history/history';
import { chance, shuffled, start } from '../history/testing/people';
import type { Entry } from './entry';
import { Timeline } from './timeline';

const signatures = webSignatures(crypto.subtle);

/** An entry as Go writes it down: what is empty is left out. */
function runEntry(entry: Entry): object {
  const { id, kind } = entry;
  const head = { id, kind: eventKinds[kind] };
  if (kind === 'admission' || kind === 'removal') return { ...head, member: entry.member };
  if (kind !== 'text' && kind !== 'file') return head;
  const { is, text, file, edited, reply, reactions } = entry;
  return {
    ...head, is, ...(file !== null && { root: file.root }), ...(text !== '' && { text }), ...(edited && { edited }), ...(reply !== null && { reply }),
    ...(reactions.length > 0 && { reactions }),
  };
}

/** What somebody has and sees to whom these came, and came again. */
function play(first: Event, events: readonly Event[]): object {
  const history = new History(first, start);
  const see = new Timeline(history);
  for (const event of [...events, ...events]) see.apply(history.add(event, start));
  return {
    digest: history.digest(),
    silent: history.events().filter((id) => !history.says(id)),
    in: history.members().filter((one) => one.in).map(({ id }) => id),
    entries: Array.from({ length: see.length }, (_, i) => runEntry(see.at(i))),
  };
}

describe('room-run.json', () => {
  const members = ['root', 'events', 'refused', 'digest', 'silent', 'in', 'entries'];
  for (const one of casesOf('room-run.json', members)) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const first = await parseEvent(decodeBase64url(String(one['root'])), null, signatures);
      const sent = (one['events'] as string[]).map(decodeBase64url);
      const parsed = await Promise.allSettled(sent.map((bytes) => parseEvent(bytes, first.id, signatures)));
      const events = parsed.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(parsed.length - events.length).toBe(one['refused']);
      expect(events.map(({ bytes }) => encodeBase64url(bytes))).toEqual(
        (one['events'] as string[]).filter((_, i) => parsed[i]?.status === 'fulfilled'),
      );
      const { digest, silent, in: within, entries } = one;
      const next = chance(1);
      for (let order = 0; order < 20; order++) {
        const some = order === 0 ? events : shuffled(events, next);
        expect(play(first, some)).toEqual({ digest, silent, in: within, entries });
      }
    });
  }
});
