import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const DAY_MS = 24 * 3600 * 1000;
const EC = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate for a server of a test, and the authority that nobody else knows and that has signed it. */
export type TestCertificates = {
  caPem: string;
  certPem: string;
  keyPem: string;
  caFile: string;
  certFile: string;
  keyFile: string;
};

/** Makes a certificate for these hosts, names or addresses, and leaves it with its authority in the directory. */
export async function createTestCertificates(options: {
  hosts: string[];
  directory: string;
  /** When the server's certificate expires; a year from now unless told otherwise. */
  validUntil?: Date;
}): Promise<TestCertificates> {
  const { hosts, directory, validUntil } = options;
  const authority = await generate(
    [{ name: 'commonName', value: 'Authority of a test' }],
    {
      ...EC,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
  );
  const server = await generate([{ name: 'commonName', value: hosts[0] }], {
    ...EC,
    ca: { key: authority.private, cert: authority.cert },
    ...(validUntil && {
      notBeforeDate: new Date(validUntil.getTime() - DAY_MS),
      notAfterDate: validUntil,
    }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map(host =>
          isIP(host) ? { type: 7, ip: host } : { type: 2, value: host },
        ),
      },
    ],
  });
  const certificates: TestCertificates = {
    caPem: authority.cert,
    certPem: server.cert,
    keyPem: server.private,
    caFile: join(directory, 'ca.pem'),
    certFile: join(directory, 'cert.pem'),
    keyFile: join(directory, 'key.pem'),
  };
  await writeFile(certificates.caFile, certificates.caPem);
  await writeFile(certificates.certFile, certificates.certPem);
  await writeFile(certificates.keyFile, certificates.keyPem, { mode: 0o600 });
  return certificates;
}
