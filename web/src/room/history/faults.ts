/** Who has signed what against the rules, as far as that is remembered (SPEC E5, E12). */
import type { FaultError } from '../../protocol/event';
import type { EventId, IdentityKey } from '../../protocol/ids';

/** What somebody has signed against a rule. It can be shown to anybody who has the events. */
export type Fault = {
  readonly author: IdentityKey;
  /** Such as `E5`; `E12` is a fork. */
  readonly rule: string;
  readonly event: EventId;
  /** The other half of a fork; null elsewhere. */
  readonly other: EventId | null;
};

/** How many refused events are remembered, so that what comes after them is refused without asking. */
const maxRefused = 4096;
/** How many faults of one member are remembered: more make it no worse. */
const maxFaults = 8;

export function faultOf({ author, event, because }: FaultError): Fault {
  return { author, rule: because.rule, event, other: null };
}

/** Adds a fault to those of its author, unless it is there, or enough are. */
export function putFault(faults: Fault[], { author, rule, event, other }: Fault): void {
  const there = faults.some((one) => one.rule === rule && one.event === event && one.other === other);
  if (!there && faults.length < maxFaults) faults.push({ author, rule, event, other });
}

/** The last refusals. Whether an event is refused depends on its id alone, so they hold for good. */
export type Refusals = Map<EventId, FaultError>;

/** Remembers a refusal, in the place of the oldest one if there are too many. */
export function putRefusal(refusals: Refusals, fault: FaultError): void {
  refusals.set(fault.event, fault);
  if (refusals.size <= maxRefused) return;
  for (const oldest of refusals.keys()) {
    refusals.delete(oldest);
    return;
  }
}
