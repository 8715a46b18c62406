import { describe, expect, it } from 'vitest';
import { isDemo, parseLocalServices, parseProject, type PageAddress } from './config';
import { ParseError } from '../protocol/parse-error';

const page: PageAddress = { protocol: 'http:', hostname: 'localhost', port: '4000', tabName: 'ab12' };

describe('parseProject', () => {
  it('takes what Hosting serves and leaves the rest', () => {
    const body = JSON.stringify({ projectId: 'p', apiKey: 'k', authDomain: 'd', appId: 'a', storageBucket: 's' });
    expect(parseProject(body)).toEqual({ projectId: 'p', apiKey: 'k', authDomain: 'd', appId: 'a' });
    expect(parseProject('{"projectId":"p","apiKey":"k"}')).toEqual({ projectId: 'p', apiKey: 'k' });
  });

  it.each(['', 'null', '{}', '{"projectId":"p"}', '{"projectId":"","apiKey":"k"}', '<html>'])('refuses %j', (body) => {
    expect(() => parseProject(body)).toThrow(ParseError);
  });
});

describe('parseLocalServices', () => {
  it('gives each tab a host of its own, so that the tenth tab still connects', () => {
    const body = '{"firestore":{"host":"localhost","port":4100,"ssl":false,"perTabHost":true},"auth":{"url":"http://localhost:4200"}}';
    expect(parseLocalServices(body, page)).toEqual({
      firestore: { host: 'cab12.localhost:4100', ssl: false },
      authUrl: 'http://localhost:4200',
    });
  });

  it('takes the page itself where nothing is said', () => {
    expect(parseLocalServices('{}', page)).toEqual({
      firestore: { host: 'localhost:4000', ssl: false },
      authUrl: 'http://localhost:4000',
    });
  });

  it('takes the page itself when it was opened by another name: a phone does not know our localhost', () => {
    const phone = { ...page, protocol: 'https:', hostname: '192.168.1.5', port: '4443' };
    const body = '{"firestore":{"host":"localhost","port":4000,"perTabHost":true},"auth":{"url":"http://localhost:4000"}}';
    expect(parseLocalServices(body, phone)).toEqual({
      firestore: { host: '192.168.1.5:4443', ssl: true },
      authUrl: 'https://192.168.1.5:4443',
    });
  });

  it.each(['[]', '{"firestore":1}', '{"firestore":{"port":"4000"}}', '{"firestore":{"port":0}}', '{"auth":{"url":1}}'])(
    'refuses %j',
    (body) => expect(() => parseLocalServices(body, page)).toThrow(ParseError),
  );
});

it('only names that no real project can have are demos', () => {
  expect(isDemo('demo-parley')).toBe(true);
  expect(['parley', 'my-demo-parley', 'DEMO-x', ' demo-x', ''].some(isDemo)).toBe(false);
});
