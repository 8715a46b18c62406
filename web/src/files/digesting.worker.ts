/** Reads files for a page that goes on meanwhile: {@link digestsOf} in a thread of its own, for one set. */
import { digestsOf } from './digesting';
import { nameOf } from './failure';
import type { FileKey } from '../protocol/ids';
import { sealerOf } from './seal';

/** What the page says, once. */
export type DigestingTask = { readonly key: FileKey; readonly files: readonly Blob[] };
/** What it is told: how far it is, again and again, then one of the others. `failed`: the name of an exception. */
export type DigestingNews = { readonly bytes: number } | { readonly digests: Uint8Array<ArrayBuffer> } | { readonly failed: string };

const tell = (news: DigestingNews) => postMessage(news);

addEventListener('message', ({ data }: MessageEvent<DigestingTask>) => {
  sealerOf(crypto.subtle, data.key)
    .then((sealer) => digestsOf(sealer, data.files, (bytes) => tell({ bytes })))
    .then((digests) => tell({ digests }), (error: unknown) => tell({ failed: nameOf(error) }));
});
