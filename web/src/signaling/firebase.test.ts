import { deleteApp } from 'firebase/app';
import { expect, it } from 'vitest';
import { servicesOf, startFirebase } from './firebase';

const local = { firestore: { host: 'c1.localhost:4000', ssl: false }, authUrl: 'http://localhost:4000' };

it('local services are obeyed for demo projects alone', () => {
  expect(servicesOf({ project: { projectId: 'demo-x', apiKey: 'k' }, local })).toBe(local);
  for (const projectId of ['parley', 'x-demo-', 'Demo-x']) {
    expect(servicesOf({ project: { projectId, apiKey: 'k' }, local })).toBeNull();
  }
});

it.each([
  ['demo-x', 'localhost', 'c1.localhost:4000', false],
  ['parley', undefined, 'firestore.googleapis.com', true],
])('Firebase itself, started for %s, goes nowhere else', async (projectId, authHost, host, ssl) => {
  const { app, auth, firestore } = startFirebase({ project: { projectId, apiKey: 'k' }, local });
  expect(auth.emulatorConfig?.host).toBe(authHost);
  const { settings } = firestore.toJSON() as { settings: { host: string; ssl: boolean } };
  expect(settings).toMatchObject({ host, ssl });
  await deleteApp(app);
});
