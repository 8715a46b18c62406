import { describe, expect, it } from 'vitest';
import { nobleKem } from './noble';
import { pairSuite } from './seal';
import { casesOf } from './testing/vectors';

const unhex = (text: unknown) => Uint8Array.from(Buffer.from(String(text), 'hex'));
const members = ['infoHex', 'privateHex', 'publicHex', 'encHex', 'number', 'aadHex', 'contentHex', 'sealedHex'];

describe.each([['WebCrypto', pairSuite()], ['noble', pairSuite(nobleKem)]])('suite 2 by %s', (_, suite) => {
  it('[L4] opens what RFC 9180 published for it', async () => {
    const cases = casesOf('hpke.json', members);
    const [first] = cases;
    const privateKey = await suite.DeserializePrivateKey(unhex(first?.['privateHex']));
    const publicKey = await suite.DeserializePublicKey(unhex(first?.['publicHex']));
    const info = unhex(first?.['infoHex']);
    const context = await suite.SetupRecipient({ privateKey, publicKey }, unhex(first?.['encHex']), { info });
    for (const one of cases) {
      const opened = await context.Open(unhex(one['sealedHex']), unhex(one['aadHex']));
      expect(opened, one.name).toEqual(unhex(one['contentHex']));
    }
  });
});
