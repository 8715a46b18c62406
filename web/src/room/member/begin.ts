/** How a member begins (SPEC R1, R3). */
import { encodeAdmission } from '../../protocol/event-member';
import type { IdentityKey } from '../../protocol/ids';
import { History } from '../history/history';
import { compareEvents } from '../history/node';
import { Pace } from '../history/pace';
import { Writer } from '../history/writer';
import { newBucket } from '../overlay/bucket';
import { createNode } from '../overlay/node';
import { checkEvent } from './check';
import { comparePause } from './compare';
import { maxHere, NothingKept, type Config, type Kept } from './config';
import { becomeDoor } from './doors';
import { create, enter } from './enter';
import { checkEpochs, newEpochs } from './epochs';
import { perform } from './perform';
import { keepMs } from './life';
import { newReceipts } from './receipts';
import { act, type State } from './state';
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
    receipts: newReceipts(),
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

/** Signatures of what this device has kept were checked before. */
const checkedBefore = { verify: () => Promise.resolve(true) };

/** Goes on with what was kept. */
async function restore(s: State, { events, root, codes }: Kept): Promise<void> {
  const all = await Promise.all(events.map((one) => checkEvent(one, root, checkedBefore)));
  const first = all.find((one) => one.is === 'event' && one.event.id === root);
  if (first?.is !== 'event') throw new NothingKept();
  const history = new History(first.event, s.now);
  const rest = all.flatMap((one) => (one.is === 'event' ? [one.event] : []));
  // Parents before children. What does not belong there is left out.
  for (const event of rest.toSorted(compareEvents)) history.add(event, s.now);
  enter(s, history);
  history.forgotten();
  s.epochs.candidates.push(...codes.filter((one) => !s.epochs.candidates.includes(one)));
  checkEpochs(s);
}
