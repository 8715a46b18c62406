/** How a member begins (SPEC R1, R3). */
import type { Bytes } from '../../protocol/base64url';
import { restoreEvent, type Event } from '../../protocol/event';
import { encodeAdmission } from '../../protocol/event-member';
import type { EventId, IdentityKey } from '../../protocol/ids';
import { ParseError } from '../../protocol/parse-error';
import { History } from '../history/history';
import { compareEvents } from '../history/node';
import { Pace } from '../history/pace';
import { Writer } from '../history/writer';
import { newBucket } from '../overlay/bucket';
import { createNode } from '../overlay/node';
import { comparePause } from './compare';
import { maxHere, NothingKept, type Config, type Kept } from './config';
import { becomeDoor } from './doors';
import { create, enter } from './enter';
import { checkEpochs, newEpochs } from './epochs';
import { perform } from './perform';
import { keepMs } from './life';
import { newReceipts } from './receipts';
import { act, type State } from './state';
import { expire } from './take';
import { newStays } from './stays';
import { newWaits } from './waits';
import { says } from './write';

/**
 * A member that creates a room, enters one, or comes back to it.
 * @throws ParseError for settings or a name beyond their bounds; NothingKept.
 */
export async function beginState(config: Config): Promise<State> {
  encodeAdmission({ member: config.signer.identity, name: config.name });
  const s = newState(config);
  if (config.kept !== null) await restore(s, config.kept);
  else if (config.create !== null) {
    await create(s, config.create);
    act(s, { do: 'createRoom', code: config.code });
    becomeDoor(s);
    return s;
  }
  act(s, { do: 'enter' });
  return s;
}

function newState(config: Config): State {
  const { signer, random, chance, now, kept } = config;
  const self: IdentityKey = signer.identity;
  const s: State = {
    config, limit: config.limit ?? maxHere, name: config.name, self, now, root: null, room: null,
    writer: new Writer(signer, random, kept?.chain ?? null),
    pace: new Pace(),
    node: createNode({ self, random: chance, now }),
    links: [], in: false, met: false, synced: false, over: false, refusers: new Set(),
    stays: newStays(), waits: newWaits(), wants: new Map(),
    doors: { open: false, few: null, many: null, old: [] },
    epochs: newEpochs(config.code),
    receipts: newReceipts(config),
    outbox: { allowance: newBucket(says, now), ids: [] },
    due: { keep: now + keepMs, have: now + comparePause({ config }), share: Infinity, want: Infinity, got: Infinity, say: Infinity },
    shareNot: null,
    gathered: { took: [], forgot: [], drawn: [], people: false },
    out: [],
    jobs: [],
    perform: (actions) => perform(s, actions),
  };
  return s;
}

/** So many events are read without letting others go on. */
const pauseEvery = 500;

/** Goes on with what was kept. */
async function restore(s: State, { events, root, codes, pause }: Kept): Promise<void> {
  const all: Event[] = [];
  const arrived = new Map<EventId, number>();
  for (const { id, bytes, at } of events) {
    const event = restored(bytes, id);
    if (event !== null) {
      all.push(event);
      // A clock may have been set back since.
      arrived.set(event.id, Math.min(at, s.now));
    }
    if (all.length % pauseEvery === 0) await pause?.();
  }
  const first = all.find(({ id }) => id === root);
  if (first === undefined) throw new NothingKept();
  const arrival = ({ id }: Event) => arrived.get(id) ?? s.now;
  const history = new History(first, arrival(first));
  // Parents before children. What does not belong there is left out.
  for (const event of all.toSorted(compareEvents)) {
    history.add(event, arrival(event));
    if (history.size % pauseEvery === 0) await pause?.();
  }
  enter(s, history);
  history.forgotten();
  // What is over by now is not shown first.
  expire(s);
  s.epochs.candidates.push(...codes.filter((one) => !s.epochs.candidates.includes(one)));
  checkEpochs(s);
}

/** An event as it was kept; null if it is none. */
function restored(bytes: Bytes, id: EventId): Event | null {
  try {
    return restoreEvent(bytes, id);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
