import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url';
import { parseEventId, parseKey } from './ids';
import { ParseError } from './parse-error';
import { parsePresence, signPresence } from './presence';
import { webSignatures } from './signing';
import { edSigner } from './testing/ed25519';
import { casesOf } from './testing/vectors';

const signatures = webSignatures(crypto.subtle);
/** As the file says of its presences. */
const root = parseEventId(encodeBase64url(new Uint8Array(32).fill(7)));
const ofSeedOne = () => edSigner(new Uint8Array(32).fill(1));

describe('overlay.json', () => {
  const members = ['kind', 'input', 'expect', 'canonical', 'value'];
  for (const one of casesOf('overlay.json', members).filter(({ kind }) => kind === 'presence')) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const raw = decodeBase64url(String(one['input']));
      const parsed = parsePresence(raw, root, signatures);
      if (one['expect'] === 'error') {
        await expect(parsed).rejects.toBeInstanceOf(ParseError);
        return;
      }
      const { presence, id } = await parsed;
      const hex = Buffer.from(decodeBase64url(id)).toString('hex');
      const stay = ['here', 'leaving', 'door'].indexOf(presence.stay);
      expect({ ...presence, stay, id: hex }).toEqual(one['value']);
      expect(await signPresence(presence, root, await ofSeedOne())).toEqual({ id, raw });
    });
  }
});

it('[O2] with any byte changed, or in another room, it is refused', async () => {
  const signer = await ofSeedOne();
  const key = parseKey(encodeBase64url(new Uint8Array(32)));
  const { raw } = await signPresence({ member: signer.identity, key, counter: 1, stay: 'here' }, root, signer);
  await Promise.all([...raw.keys()].map(async (changed) => {
    const data = raw.map((byte, i) => (i === changed ? byte ^ 4 : byte));
    await expect(parsePresence(data, root, signatures), `byte ${changed}`).rejects.toBeInstanceOf(ParseError);
  }));
  const elsewhere = parseEventId(encodeBase64url(new Uint8Array(32)));
  await expect(parsePresence(raw, elsewhere, signatures)).rejects.toBeInstanceOf(ParseError);
});
