/** Writes and reads the sets of one page, one thing after the other. */
import type { Bytes } from '../protocol/base64url';
import { nameOf } from './failure';
import { allSets } from './opfs-names';
import { Stage, type Place, type Plan } from './stage';

/** What a page asks of a set that is named by its root. */
export type StageCall =
  | { readonly do: 'open'; readonly plan: Plan }
  | { readonly do: 'write'; readonly place: Place; readonly piece: Bytes }
  | { readonly do: 'read'; readonly place: Place; readonly length: number }
  | { readonly do: 'miss'; readonly number: number }
  | { readonly do: 'vouch' | 'close' };
export type StageRequest = StageCall & { readonly id: number; readonly root: string };
/** `failed`: the name of an exception. */
export type StageAnswer = { readonly id: number } & ({ readonly value: unknown } | { readonly failed: string });

const stages = new Map<string, Stage>();
let last: Promise<unknown> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<StageRequest>) => {
  last = last.then(() => carryOut(data)).then(
    (value) => tell({ id: data.id, value }),
    (error: unknown) => tell({ id: data.id, failed: nameOf(error) }),
  );
});

function tell(answer: StageAnswer): void {
  const bytes = 'value' in answer && answer.value instanceof Uint8Array ? answer.value : null;
  postMessage(answer, { transfer: bytes === null ? [] : [bytes.buffer as ArrayBuffer] });
}

async function carryOut(request: StageRequest): Promise<unknown> {
  const { root } = request;
  if (request.do === 'open') return open(root, request.plan);
  const stage = stages.get(root);
  if (stage === undefined) {
    if (request.do === 'close') return null;
    throw new DOMException('not open', 'InvalidStateError');
  }
  switch (request.do) {
    case 'write':
      return stage.write(request.place, request.piece);
    case 'read':
      return stage.read(request.place, request.length);
    case 'miss':
      return stage.miss(request.number);
    case 'vouch':
      return stage.vouch();
    case 'close':
      stages.delete(root);
      return stage.close();
  }
}

async function open(root: string, plan: Plan): Promise<{ readonly written: Uint8Array; readonly vouched: Uint8Array }> {
  const already = stages.get(root);
  if (already !== undefined) throw new DOMException('open already', 'InvalidStateError');
  const all = await (await navigator.storage.getDirectory()).getDirectoryHandle(allSets, { create: true });
  const stage = await Stage.open(await all.getDirectoryHandle(root, { create: true }), plan);
  stages.set(root, stage);
  return { written: stage.written.bytes, vouched: stage.vouched.bytes };
}
