import { generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { exists } from '../machine/cache';
import { ClusterFolder } from '../machine/ClusterFolder';
import { run } from '../machine/run';

const DAYS = '3650';

/** A certificate and its key, as files. */
export type Certificate = { certificate: string; key: string };

/** Who a certificate is of, and where it may serve. */
export type Subject = {
  name: string;
  commonName: string;
  organization?: string;
  /** Names and addresses of a server. */
  hosts?: string[];
};

/** An authority of this cluster alone, made once. */
export async function ensureAuthority(
  folder: ClusterFolder,
  name: string,
): Promise<Certificate> {
  return ensure(folder, name, [
    'prompt = no',
    'distinguished_name = subject',
    'x509_extensions = extensions',
    '[subject]',
    `CN = Image Factory test cluster: ${name}`,
    '[extensions]',
    'basicConstraints = critical,CA:TRUE',
    'keyUsage = critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier = hash',
  ]);
}

/** A certificate that an authority has signed, made once. */
export async function ensureCertificate(
  folder: ClusterFolder,
  authority: Certificate,
  subject: Subject,
): Promise<Certificate> {
  return ensure(folder, subject.name, describeSubject(subject), authority);
}

/** The key that signs the tokens of service accounts, made once. */
export async function ensureTokenKey(
  folder: ClusterFolder,
): Promise<{ privateKey: string; publicKey: string }> {
  const files = {
    privateKey: folder.of('pki', 'tokens.key'),
    publicKey: folder.of('pki', 'tokens.pub'),
  };
  if (!(await exists(files.publicKey))) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await folder.write(files.privateKey, privateKey);
    await folder.write(files.publicKey, publicKey);
  }
  return files;
}

function describeSubject(subject: Subject): string[] {
  const { commonName, organization, hosts = [] } = subject;
  return [
    'prompt = no',
    'distinguished_name = subject',
    'x509_extensions = extensions',
    '[subject]',
    ...(organization ? [`O = ${organization}`] : []),
    `CN = ${commonName}`,
    '[extensions]',
    'basicConstraints = critical,CA:FALSE',
    'keyUsage = critical,digitalSignature',
    'extendedKeyUsage = clientAuth,serverAuth',
    ...(hosts.length > 0
      ? [
          `subjectAltName = ${hosts
            .map(host => `${isIP(host) ? 'IP' : 'DNS'}:${host}`)
            .join(',')}`,
        ]
      : []),
  ];
}

async function ensure(
  folder: ClusterFolder,
  name: string,
  lines: string[],
  authority?: Certificate,
): Promise<Certificate> {
  const files = {
    certificate: folder.of('pki', `${name}.crt`),
    key: folder.of('pki', `${name}.key`),
  };
  if (await exists(files.certificate)) return files;
  await mkdir(folder.of('pki'), { recursive: true, mode: 0o700 });
  const config = folder.of('pki', `${name}.cnf`);
  await folder.write(config, ['[req]', ...lines, ''].join('\n'));
  const unfinished = `${files.certificate}.unfinished`;
  await run('openssl', [
    ...['req', '-x509', '-new', '-config', config, '-days', DAYS],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', files.key, '-out', unfinished],
    ...(authority
      ? ['-CA', authority.certificate, '-CAkey', authority.key]
      : []),
  ]);
  // The certificate comes last, so that it is there only with its key.
  await run('mv', [unfinished, files.certificate]);
  return files;
}
