/** How an event is taken or refused, and with it what waited for it (SPEC E4, E5). */
import { FaultError, isRuling } from '../../protocol/event';
import type { EventId } from '../../protocol/ids';
import { ParseError } from '../../protocol/parse-error';
import { putEnding } from './endings';
import { faultOf, putFault, putRefusal, type Fault } from './faults';
import { judge } from './judge';
import { compareEvents, putInChain, settingAfter, type Node } from './node';
import { silence } from './silence';
import { authorOf, isBodiless, isKnown, shownTime, type State } from './state';
import { takeWaiting, type Arrival } from './waiting';

/** What comes of an event, while it is worked out. */
export type Outcome = { readonly taken: EventId[]; readonly silenced: EventId[]; readonly faults: Fault[] };

/** Takes or refuses an event whose parents are all known, and what waited for it. */
export function settleAll(state: State, arrival: Arrival, outcome: Outcome): FaultError | null {
  const refusal = settle(state, arrival, outcome);
  const settled = [arrival.event.id];
  for (const id of settled) {
    for (const one of takeWaiting(state.waiting, id, !state.nodes.has(id))) {
      settled.push(one.event.id);
      const refused = settle(state, one, outcome);
      if (refused !== null) outcome.faults.push(faultOf(refused));
    }
  }
  return refusal;
}

function settle(state: State, arrival: Arrival, outcome: Outcome): FaultError | null {
  const { event, parents } = arrival;
  if (parents.some((id) => state.refused.has(id))) {
    return refuse(state, arrival, new ParseError('E5', 'parents', 'one was refused'));
  }
  const node = judge(state, arrival, parents.map((id) => state.nodes.get(id) as Node));
  if (node instanceof ParseError) return refuse(state, arrival, node);
  keep(state, node);
  outcome.taken.push(event.id);
  const other = node.chain.line[event.n - 1];
  if (other !== undefined && other !== node) {
    const fault = { author: event.author, rule: 'E12', event: event.id, other: other.event.id };
    blame(state, fault);
    outcome.faults.push(fault);
  }
  silence(state, node, outcome.silenced);
  return null;
}

/** Remembers a refusal, and names the author. */
function refuse(state: State, { event }: Arrival, because: ParseError): FaultError {
  const fault = new FaultError(event.author, event.id, because);
  putRefusal(state.refused, fault);
  blame(state, faultOf(fault));
  return fault;
}

/** Of people who were never let in nothing is remembered: anybody can make any number of keys. */
export function blame(state: State, fault: Fault): void {
  if (isKnown(state, fault.author)) putFault(authorOf(state.authors, fault.author).faults, fault);
}

/** Puts an event that is taken where it is found again. */
export function keep(state: State, node: Node): void {
  state.nodes.set(node.event.id, node);
  for (const parent of node.parents) state.heads.delete(parent);
  state.heads.add(node);
  putInChain(node.chain, node);
  if (isBodiless(node)) state.bodiless.add(node);
  enrol(state, node);
  const setting = settingAfter(node);
  if (compareEvents(state.setting, setting) < 0) state.setting = setting;
  const { keepSeconds } = node.inForce.settings;
  if (keepSeconds > 0 && !isRuling(node.event.kind)) {
    putEnding(state.endings, node, shownTime(node) + keepSeconds * 1000);
  }
}

/** Whom an event lets in or removes has it among what is known of them. */
function enrol(state: State, node: Node): void {
  const { rule } = node;
  if (rule?.is === 'admits') authorOf(state.authors, rule.admission.member).admissions.push(node);
  if (rule?.is !== 'removes') return;
  rule.after.add(node);
  authorOf(state.authors, rule.member).removals.push(node);
}
