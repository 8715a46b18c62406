/**
 * Are the rules' tests worth something? For each mutant of firestore.rules the whole table runs against
 * it, and has to fail. Slow (a run of the table each), so not part of `npm test`:
 * `npm run test:rules:mutations`, when rules or their tests change.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { mutantsOf } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'parley-mutants-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a test notices', () => {
  const mutants = mutantsOf(readFileSync(new URL('../../../firestore.rules', import.meta.url), 'utf8'));
  for (const { title, rules } of mutants) {
    it(`${title}`, async () => {
      const file = path.join(folder, 'firestore.rules');
      writeFileSync(file, rules);
      const { code, output } = await runTable(file);
      expect(output).toMatch(/Tests .*\d+ (passed|failed)/); // It ran, rather than could not.
      expect(code, 'every test passed').not.toBe(0);
    });
  }
});

function runTable(rules: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['vitest', 'run', '--project', 'rules', '--bail', '1', '--reporter', 'dot'], {
      cwd: ROOT,
      env: { ...process.env, PARLEY_RULES: rules, FIRESTORE_EMULATOR_HOST: inject('firestoreHost'), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
