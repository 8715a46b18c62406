/** How two residents come to be linked. */
import type { ParsedRoomFrame } from '../../../protocol/room-frame';
import type { RoomCode } from '../../../protocol/room-code';
import type { Resident } from './resident';
import { Wire } from './wire';

/** A connection opens, unless one of them is gone: both say hello. @param code - of the door; null: by an introduction. */
export function connect(caller: Resident, callee: Resident, code: RoomCode | null): void {
  const { world } = caller;
  if (!caller.alive || !callee.alive || caller === callee || world.isParted(caller, callee)) return;
  const wire = new Wire(world, world.delayTo(callee));
  const sides = [caller, callee] as const;
  const end = (side: 0 | 1) => {
    const [own, other] = [sides[side], sides[side === 0 ? 1 : 0]];
    return {
      async take(frame: ParsedRoomFrame): Promise<void> {
        if (!own.alive) return other.notices(own.id, wire);
        if (frame.t === 'hello') return own.linked(other, { wire, side }, frame, code);
        return own.take(other.id, wire, frame);
      },
    };
  };
  wire.join([end(0), end(1)]);
  wire.send(1, caller.member.hello());
  wire.send(0, callee.member.hello());
}
