/** Files that are read before they are said. */
import { FileFailure } from '../../../files/failure';
import { readToSend, type Sent } from '../../../files/sent';
import type { RandomBytes } from '../../../protocol/ids';
import { ParseError } from '../../../protocol/parse-error';
import type { FileDraft, FilesToSend } from '../../file-model';
import type { FilesTools } from './tools';

type Reading = { draft: FileDraft; readonly abort: AbortController };

/** Of one room. */
export class Drafts {
  readonly #platform: Parameters<typeof readToSend>[0];
  readonly #changed: () => void;
  readonly #readings = new Map<string, Reading>();
  #count = 0;

  constructor(tools: FilesTools, subtle: SubtleCrypto, random: RandomBytes, changed: () => void) {
    this.#platform = { subtle, random, digesting: tools.digesting };
    this.#changed = changed;
  }

  get list(): readonly FileDraft[] {
    return [...this.#readings.values()].map(({ draft }) => draft);
  }

  /** Reads files. @param say - says them; false: that cannot be. */
  async read(what: FilesToSend, say: (sent: Sent) => boolean): Promise<void> {
    const id = String(++this.#count);
    const size = what.files.reduce((sum, { file }) => sum + file.size, 0);
    const reading: Reading = { draft: { id, name: nameOf(what), size, done: 0, trouble: null }, abort: new AbortController() };
    this.#readings.set(id, reading);
    const change = (part: Partial<FileDraft>) => {
      reading.draft = { ...reading.draft, ...part };
      this.#changed();
    };
    change({});
    try {
      const sent = await readToSend(this.#platform, what, (done) => change({ done }), reading.abort.signal);
      if (reading.abort.signal.aborted || !say(sent)) return;
      this.drop(id);
    } catch (error) {
      if (reading.abort.signal.aborted) return;
      if (error instanceof FileFailure) change({ trouble: error.why });
      else if (error instanceof ParseError) change({ trouble: { is: 'broken' } });
      else throw error;
    }
  }

  drop(id: string): void {
    this.#readings.get(id)?.abort.abort();
    if (this.#readings.delete(id)) this.#changed();
  }

  close(): void {
    for (const { abort } of this.#readings.values()) abort.abort();
    this.#readings.clear();
  }
}

/** The file's, or that of the folder that all are in; empty when they have none in common. */
function nameOf({ files }: FilesToSend): string {
  const names = new Set(files.map(({ path }) => path[0] ?? ''));
  const [name = ''] = names;
  return names.size === 1 ? name : '';
}
