import { readFile } from 'node:fs/promises';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';

const PROBE_MS = 3_000;

/** Tells whether a URL answers with one of these statuses. */
export async function answers(
  url: string,
  options: {
    caFile?: string;
    /** Of a server on this machine that makes its own certificate anew at each start. */
    anyCertificate?: boolean;
    statuses?: number[];
  } = {},
): Promise<boolean> {
  const { statuses = [200] } = options;
  const ca = options.caFile && (await readFile(options.caFile));
  return new Promise(resolve => {
    const get = url.startsWith('https:') ? getHttps : getHttp;
    const request = get(
      url,
      {
        ca: ca || undefined,
        rejectUnauthorized: !options.anyCertificate,
        timeout: PROBE_MS,
        agent: false,
      },
      response => {
        response.resume();
        resolve(statuses.includes(response.statusCode ?? 0));
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

/** Tells whether somebody listens on a socket in the file system. */
export async function listensOn(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
